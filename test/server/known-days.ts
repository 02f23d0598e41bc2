import type { Store } from "../../server/store/store.js"
import { DEVICE_ID, makeHello, makeReport } from "./helpers.js"

const SLOT_MS = 5000
const SLOTS_A_REPORT = 60

/** The first channel counts `countAt(slot)` pulses in each slot from `startMs` on; one boot each call. */
export function ingestSlots(
    store: Store,
    startMs: number,
    slots: number,
    countAt: (slot: number) => number,
    bootId = 1
): void {
    const at = { deviceId: DEVICE_ID, nowMs: startMs + slots * SLOT_MS }
    store.ingest([{ kind: "hello", ...at, nowMs: startMs, hello: makeHello({ bootId }) }])
    const items: Parameters<Store["ingest"]>[0] = []
    let countSinceBoot = 0
    for (let first = 0; first < slots; first += SLOTS_A_REPORT) {
        const length = Math.min(SLOTS_A_REPORT, slots - first)
        const counts = Array.from({ length }, (_, slot) => countAt(first + slot))
        countSinceBoot += counts.reduce((sum, count) => sum + count, 0)
        const report = makeReport({
            bootId,
            sequence: first,
            startMs: startMs + first * SLOT_MS,
            slots: counts,
            countSinceBoot,
        })
        items.push({ kind: "report", ...at, report })
    }
    store.ingest(items)
}

/** A slot has a pulse now and then, in no pattern that a day or an hour repeats. */
export function knownCount(slot: number): number {
    return slot % 7 === 0 ? slot % 5 : 0
}

export function sumOfSlots(from: number, to: number): number {
    let sum = 0
    for (let slot = from; slot < to; slot++) sum += knownCount(slot)
    return sum
}
