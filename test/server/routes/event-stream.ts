import { onTestFinished } from "vitest"
import { SESSION_COOKIE } from "../../../server/auth/sessions.js"

/** Reads one event after the other from the stream. */
export async function watch(url: string, cookie: string) {
    const abort = new AbortController()
    const headers = { cookie: `${SESSION_COOKIE}=${cookie}` }
    const reply = await fetch(`${url}/api/v1/live`, { headers, signal: abort.signal })
    if (!reply.body) throw new Error("the stream has no body")
    const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader()
    const stop = () => abort.abort()
    onTestFinished(stop)
    let text = ""
    const next = async (): Promise<[string, unknown] | undefined> => {
        while (!text.includes("\n\n")) {
            const { done, value } = await reader.read()
            if (done) return undefined
            text += value
        }
        const end = text.indexOf("\n\n")
        const [event, data] = text.slice(0, end).split("\n")
        text = text.slice(end + 2)
        return [event.replace("event: ", ""), JSON.parse(data.replace("data: ", ""))]
    }
    return { reply, next, stop }
}
