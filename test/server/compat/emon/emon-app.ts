import { expect } from "vitest"
import { DEVICE_ID, listen, makeHello, makeReport, START_MS, seededBytes } from "../../helpers.js"
import { buildSignedInApp } from "../../routes/sign-in.js"
import { fixture, type RawAnswer, replay } from "../replay.js"

/** The token that is in the fixtures. */
export const TOKEN = "0123456789abcdef".repeat(4)
const DAY_MS = 86_400_000

/**
 * Ann's home with meter 21, which had 3 pulses at 11:00 and 40 at 13:00 yesterday and one every 5 s in the
 * last 50 s, and meter 24, which had none. The next login gives the fixtures' token.
 */
export async function startWithEmon(change: { kwhCost?: number } = {}) {
    const random = seededBytes("emon")
    const time = { uptimeMs: 0 }
    let isFixed = false
    const parts = await buildSignedInApp({
        uptimeMs: () => time.uptimeMs,
        wait: async ms => {
            time.uptimeMs += ms
        },
        randomBytes: n => (isFixed ? Buffer.from(TOKEN, "hex") : random(n)),
    })
    const { store, send } = parts
    const ingest = (startMs: number, bootId: number, slots: number[], channel = 0) =>
        store.ingest([
            { kind: "hello", deviceId: DEVICE_ID, nowMs: startMs, hello: makeHello({ bootId }) },
            {
                kind: "report",
                deviceId: DEVICE_ID,
                nowMs: parts.time.nowMs,
                report: makeReport({ bootId, channel, startMs, slots }),
            },
        ])
    ingest(START_MS - DAY_MS + 3_600_000, 1, [3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    ingest(START_MS - DAY_MS + 10_800_000, 2, [9, 9, 9, 9, 4, 0, 0, 0, 0, 0, 0, 0])
    ingest(START_MS, 3, new Array(10).fill(1))
    const meters = [
        { number: 21, description: "Main E-meter", location: "4813CT, 1", kwhCost: 0.25 },
        { number: 24, description: "PV cells E-meter", location: "" },
    ]
    for (const [at, meter] of meters.entries()) {
        const sensor = { name: `M${at}`, type: "electricity", channelIds: [at + 1] }
        const { id } = (await send("POST", "/sensors", sensor)).json()
        const reply = await send("PUT", `/sensors/${id}/emon-meter`, { ...meter, ...change })
        expect(reply.statusCode, reply.body).toBe(200)
    }
    parts.time.nowMs = START_MS + 60_000
    isFixed = true
    const url = await listen(parts.app)
    const ask = (name: string) => replay(url, fixture(`emon/${name}.request`))
    const signIn = () => ask("emondu-login")
    return { ...parts, url, ask, signIn, ingest, uptime: time }
}

/** Has an answer the status and body of a fixture to the byte, and all of its headers? */
export function expectAnswer(answer: RawAnswer, name: string): void {
    const text = fixture(`emon/${name}.answer`).toString()
    const [head, body] = text.split("\r\n\r\n")
    const [status, ...headers] = head.split("\r\n")
    expect(answer.status).toBe(status)
    expect(answer.body).toBe(body)
    expect(answer.headers).toEqual(expect.arrayContaining(headers))
}
