import { listen, seededBytes } from "../../helpers.js"
import { buildSignedInApp } from "../../routes/sign-in.js"
import { fixture } from "../replay.js"

/** The token that is in the paths of the fixtures. */
export const TOKEN = "0123456789abcdef0123456789abcdef"

/** An app in Brussels with one ESPmeter, whose path is that of the fixtures. */
export async function startWithEspmeter() {
    const token = Buffer.from(TOKEN, "hex")
    const random = seededBytes("espmeter")
    let uptimeMs = 0
    const parts = await buildSignedInApp({
        uptimeMs: () => uptimeMs,
        wait: async ms => {
            uptimeMs += ms
        },
        randomBytes: n => (n === token.length ? token : random(n)),
    })
    const home = parts.store.addHome({ name: "Brussels", timeZone: "Europe/Brussels" })
    parts.store.saveMember(home.id, "ann", "owner")
    const body = { protocol: "espmeter", name: "Gas" }
    const reply = await parts.send("POST", `/homes/${home.id}/foreign-devices`, body)
    const { id: deviceId, path } = reply.json()
    const channelId = parts.store.foreignDevice(deviceId)?.channelIds[0] ?? 0
    const url = await listen(parts.app)
    const chart = async (agg: string, headers = {}) =>
        fetch(`${url}/espmeter/${TOKEN}/chartdata.php?agg=${agg}`, { headers })
    return { ...parts, url, deviceId: deviceId as string, path: path as string, channelId, chart }
}

/** A fixture's request with another body. */
export function withBody(body: string): Buffer {
    const request = fixture("espmeter/time.request").toString()
    const head = request.slice(0, request.indexOf("\r\n\r\n"))
    const length = `Content-Length: ${Buffer.byteLength(body)}`
    return Buffer.from(`${head.replace(/Content-Length: \d+/, length)}\r\n\r\n${body}`)
}

/** The body of a fixture as the device sent it. */
export function bodyOf(name: string): {
    ts: number
    dt: Record<string, { t: number; f: number[] }>
} {
    const request = fixture(`espmeter/${name}.request`).toString()
    return JSON.parse(request.slice(request.indexOf("\r\n\r\n") + 4))
}
