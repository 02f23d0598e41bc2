import { Outbox } from "../../src/outbox/outbox.js"
import { decodeReport, encodeReport, type Report } from "../../src/wire/report.js"
import { quietReport } from "../wire/report-vectors.js"

/** More than any of these tests fills. */
export const PLENTY_BYTES = 1_000_000
/** Unix time at which the device booted. */
export const OFFSET_MS = 1767225600000

/** The report in these bytes; a broken one fails the test. */
export function decoded(bytes: Buffer | undefined): Report {
    const report = decodeReport(bytes ?? Buffer.alloc(0))
    if (typeof report === "string") throw new Error(report)
    return report
}

/** All that the outbox sends at this time, in order. */
export function sendAll(outbox: Outbox, nowMs: number): Report[] {
    const sent: Report[] = []
    for (let bytes = outbox.next(nowMs, OFFSET_MS); bytes; bytes = outbox.next(nowMs, OFFSET_MS))
        sent.push(decoded(bytes))
    return sent
}

/** What is sent, by channel and sequence. */
export function sendNames(outbox: Outbox, nowMs: number): string[] {
    return sendAll(outbox, nowMs).map(({ channel, sequence }) => `${channel} ${sequence}`)
}

/** The n-th report of ten quiet slots of a channel, with a pulse in its first slot. */
export function tenSlots(channel: number, n: number, changes: Partial<Report> = {}): Buffer {
    return encodeReport(
        quietReport({
            channel,
            sequence: n * 10,
            startMs: OFFSET_MS + n * 50_000,
            slots: [1, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            countSinceBoot: n + 1,
            pulseTimes: [123],
            ...changes,
        })
    )
}

/** An outbox that these reports wait in. */
export function filled(maxBytes: number, reports: Buffer[]): Outbox {
    const outbox = new Outbox(maxBytes)
    for (const report of reports) outbox.add(report)
    return outbox
}
