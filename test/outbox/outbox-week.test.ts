import { expect, test } from "vitest"
import { Outbox } from "../../src/outbox/outbox.js"
import { decodeReport, encodeReport, type Report } from "../../src/wire/report.js"
import { quietReport } from "../wire/report-vectors.js"

const CHANNELS = 4
const SLOTS = (7 * 86_400) / 5
const SLOTS_PER_REPORT = 10
const START_MS = 1767225600000
const PULSE_MS = 3000

/** Pulses up to the end of so many slots. */
function pulsesUpTo(slots: number): number {
    return Math.floor((slots * 5000) / PULSE_MS)
}

/** A week without the link: each channel in turn puts 50 s into a report, as a recorder does. */
function weekOffline(maxBytes: number): Outbox {
    const outbox = new Outbox(maxBytes)
    let mostBytes = 0
    for (let slot = 1; slot <= SLOTS; slot++) {
        const channel = (SLOTS - slot) % SLOTS_PER_REPORT
        if (channel < CHANNELS && slot >= SLOTS_PER_REPORT) {
            const first = slot - SLOTS_PER_REPORT
            const slots = Array.from(
                { length: SLOTS_PER_REPORT },
                (_, i) => pulsesUpTo(first + i + 1) - pulsesUpTo(first + i)
            )
            outbox.add(
                encodeReport(
                    quietReport({
                        channel,
                        sequence: first,
                        startMs: START_MS + first * 5000,
                        slots,
                        span: SLOTS_PER_REPORT,
                        countSinceBoot: pulsesUpTo(slot),
                        pulseTimes: slots.flatMap((count, i) => Array(count).fill(i * 500)),
                    })
                )
            )
            mostBytes = Math.max(mostBytes, outbox.bytes())
        }
        outbox.shrink(slot * 5000)
    }
    expect(mostBytes).toBeLessThanOrEqual(maxBytes)
    return outbox
}

/** Hours of each length of slot that a channel's reports hold. */
function hoursOf(reports: Report[]): Record<string, number> {
    const hours: Record<string, number> = { 5: 0, 60: 0, 300: 0 }
    for (const { slotSeconds, span } of reports) hours[slotSeconds] += (span * 5) / 3600
    return hours
}

test.each([
    [12_000, 118],
    [9_600, 87],
])("a week of a pulse every 3 s on four channels in %i bytes", (maxBytes, leastHours) => {
    const outbox = weekOffline(maxBytes)
    const reports = outbox["entries"].map(({ report }) => decodeReport(report) as Report)
    for (let channel = 0; channel < CHANNELS; channel++) {
        const own = reports.filter(report => report.channel === channel)
        own.sort((a, b) => a.sequence - b.sequence)
        const hours = hoursOf(own)
        const lostHours = (own[0].sequence * 5) / 3600
        const told = Object.entries(hours).map(([length, h]) => `${h.toFixed(1)} h of ${length} s`)
        console.log(
            `${maxBytes} bytes, channel ${channel}: ${told}, ${lostHours.toFixed(1)} h lost`
        )
        // from the oldest that fits up to now there is no gap, and not a pulse less than there were
        let next = own[0].sequence
        for (const { sequence, span, slots, countSinceBoot } of own) {
            expect(sequence).toBe(next)
            next += span
            const pulses = slots.reduce((sum, count) => sum + count, 0)
            expect(pulses).toBe(pulsesUpTo(next) - pulsesUpTo(sequence))
            expect(countSinceBoot).toBe(pulsesUpTo(next))
        }
        expect(SLOTS - next).toBeLessThan(SLOTS_PER_REPORT)
        expect(own.at(-1)?.slotSeconds).toBe(5)
        expect(hours[5] + hours[60] + hours[300]).toBeGreaterThan(leastHours)
    }
})
