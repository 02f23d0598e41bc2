import { readFileSync } from "node:fs"
import { connect } from "node:net"
import { fileURLToPath } from "node:url"

const FIXTURES = fileURLToPath(new URL("../../fixtures/", import.meta.url))
const MARK = "----\n"

/** The bytes of a fixture: all that is behind its head, which says where the format is written down. */
export function fixture(name: string): Buffer {
    const file = readFileSync(`${FIXTURES}${name}`)
    const at = file.indexOf(MARK)
    const head = file.subarray(0, at).toString()
    if (at < 0 || !/^# .*seed-protocols\.md \d/.test(head))
        throw new Error(`${name} does not say where its format is written down`)
    return file.subarray(at + MARK.length)
}

export interface RawAnswer {
    /** All bytes that came. */
    text: string
    status: string
    /** As they came. */
    headers: string[]
    body: string
    /** True when the server ended the connection. */
    hasEnded: boolean
}

/** Sends bytes over a socket of their own, the head and the body apart, as small devices do. */
export async function replay(url: string, bytes: Buffer): Promise<RawAnswer> {
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname)
    const bodyAt = bytes.indexOf("\r\n\r\n") + 4
    socket.setNoDelay(true)
    socket.write(bytes.subarray(0, bodyAt))
    if (bodyAt < bytes.length) socket.write(bytes.subarray(bodyAt))
    let text = ""
    return new Promise((resolve, reject) => {
        const finish = (hasEnded: boolean) => {
            socket.destroy()
            resolve({ ...parse(text), hasEnded })
        }
        socket.on("error", reject)
        socket.on("data", chunk => {
            text += chunk.toString("latin1")
            const { headers, body } = parse(text)
            const length = headers.find(line => /^content-length:/i.test(line))?.split(":")[1]
            const isClosing = headers.some(line => /^connection: close$/i.test(line))
            if (!isClosing && length !== undefined && body.length >= Number(length)) finish(false)
        })
        socket.on("end", () => finish(true))
    })
}

function parse(text: string): Omit<RawAnswer, "hasEnded"> {
    const at = text.indexOf("\r\n\r\n")
    const [status, ...headers] = text.slice(0, Math.max(0, at)).split("\r\n")
    return { text, status, headers, body: at < 0 ? "" : text.slice(at + 4) }
}
