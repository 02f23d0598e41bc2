import { cellSpan } from "../../src/wire/cells.js"
import { PULSE_TIME_UNIT_MS, SLOT_MS } from "../../src/wire/limits.js"
import type { Report } from "../../src/wire/report.js"

export interface LastPulse {
    lastPulseMs: number | null
    lastIntervalMs: number | null
}

/**
 * The newest pulse and the time since the one before it, Unix ms. `before` is what earlier reports
 * said; it only reaches into this report when `isContiguous`, because pulses in a hole are unknown.
 */
export function lastPulse(
    report: Report,
    startMs: number,
    before: LastPulse,
    isContiguous: boolean
): LastPulse {
    const times = report.pulseTimes
    if (times === undefined) return fromSlots(report, startMs) ?? before
    if (times.length === 0) return before
    const newest = times[times.length - 1] * PULSE_TIME_UNIT_MS
    const lastPulseMs = startMs + newest
    if (times.length > 1) {
        const previous = times[times.length - 2] * PULSE_TIME_UNIT_MS
        return { lastPulseMs, lastIntervalMs: newest - previous }
    }
    const lastIntervalMs =
        isContiguous && before.lastPulseMs !== null && before.lastPulseMs < lastPulseMs
            ? lastPulseMs - before.lastPulseMs
            : null
    return { lastPulseMs, lastIntervalMs }
}

/** Pulse times are left out when there are many, so the slot's average interval is close. */
function fromSlots(report: Report, startMs: number): LastPulse | undefined {
    let endMs = startMs + report.span * SLOT_MS
    for (let i = report.slots.length - 1; i >= 0; i--) {
        const spanMs = cellSpan(report, i) * SLOT_MS
        const count = report.slots[i]
        if (count > 0) return { lastPulseMs: endMs, lastIntervalMs: Math.round(spanMs / count) }
        endMs -= spanMs
    }
    return undefined
}
