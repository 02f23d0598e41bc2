import type { Store } from "../../server/store/store.js"
import { Random } from "../../sim/random.js"
import { SLOTS_VERSION } from "../../src/wire/limits.js"

const SLOTS = 10
const REPORT_MS = SLOTS * 5000
const REPORTS_A_COMMIT = 720

export interface History {
    deviceId: string
    /** Of the first slot, on a multiple of a day. */
    fromMs: number
    days: number
    /** Slots hold from 0 up to this many pulses. */
    mostPulses: number
}

/** Has a store take all 5 s slots of some days, report by report as a device sends them. */
export function storeHistory(
    store: Store,
    history: History,
    onStored: (reports: number) => void
): void {
    const { deviceId, fromMs, days, mostPulses } = history
    const random = new Random(1)
    const nowMs = fromMs + days * 86_400_000
    const hello = { bootId: 1, uptimeMs: 0, board: "bench", kinds: [0] }
    store.ingest([{ kind: "hello", deviceId, nowMs, hello }])
    const reports = (days * 86_400_000) / REPORT_MS
    let countSinceBoot = 0
    for (let first = 0; first < reports; first += REPORTS_A_COMMIT) {
        const items = []
        for (let number = first; number < Math.min(reports, first + REPORTS_A_COMMIT); number++) {
            const slots = Array.from({ length: SLOTS }, () => random.nextInt(mostPulses + 1))
            for (const pulses of slots) countSinceBoot += pulses
            const report = {
                channel: 0,
                bootId: 1,
                version: SLOTS_VERSION,
                sequence: number * SLOTS,
                startMs: fromMs + number * REPORT_MS,
                isUptime: false,
                slotSeconds: 5,
                span: SLOTS,
                firstSpan: 1,
                slots,
                countSinceBoot,
                rejected: 0,
                quality: 90,
                lateTicks: 0,
                pulseTimes: undefined,
            }
            items.push({ kind: "report" as const, deviceId, nowMs, report })
        }
        store.ingest(items)
        onStored(first)
    }
}
