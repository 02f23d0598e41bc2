import { AppError } from "../../errors.js"
import { offsetSpans } from "../../local-days.js"
import type { Reading } from "../../store/foreign-store.js"

const SLOT_S = 5
const DAY_MS = 86_400_000
/** Slots were written in order but for those that filled a gap, less than a minute back. */
const MOST_BACK_S = 60
/** Slots this far apart are of no one row of slots any more. */
const MOST_STEPS = 10

/** A slot of blinkiki's file; `endS` is when it was received first, Unix s. */
export interface CsvSlot {
    endS: number
    count: number
}

/** Reads the rows of blinkiki's CSV, whose dates are of the clock on the wall. */
export class CsvRows {
    private beforeS = Number.NEGATIVE_INFINITY
    private readonly spans = new Map<string, ReturnType<typeof offsetSpans>>()

    constructor(private readonly timeZone: string) {}

    /** Throws AppError `bad_request`; `line` is for people. */
    read(row: Record<string, string>, line: number): CsvSlot {
        const { date, pulses } = row
        if (date === undefined || pulses === undefined)
            throw badLine(1, "there must be columns date and pulses")
        const match = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.\d+)?$/.exec(date)
        const wallMs = match ? Date.parse(`${match[1]}T${match[2]}Z`) : Number.NaN
        if (!match || Number.isNaN(wallMs))
            throw badLine(line, "date must look like 2026-03-03 10:00:00")
        if (!/^\d{1,3}$/.test(pulses))
            throw badLine(line, "pulses must be a whole number below 1000")
        this.beforeS = this.timeOf(match[1], wallMs)
        return { endS: this.beforeS, count: Number(pulses) }
    }

    /** Where clocks go back, the first of two times that does not lie before the last row. */
    private timeOf(date: string, wallMs: number): number {
        const times: number[] = []
        for (const { startMs, endMs, offsetMs } of this.spansOf(date)) {
            const atMs = wallMs - offsetMs
            if (atMs >= startMs && atMs < endMs) times.push(atMs / 1000)
        }
        const found = times.find(atS => atS >= this.beforeS - MOST_BACK_S) ?? times.at(-1)
        // a clock that skipped this time did not show it; one of UTC would have
        return found ?? wallMs / 1000
    }

    private spansOf(date: string): ReturnType<typeof offsetSpans> {
        const known = this.spans.get(date)
        if (known) return known
        const dayMs = Date.parse(`${date}T00:00:00Z`)
        const found = offsetSpans(dayMs - DAY_MS, dayMs + 2 * DAY_MS, this.timeZone)
        this.spans.set(date, found)
        return found
    }
}

/** Puts slots, in order of time, where they belong; two in one place are added up. */
export function* placeSlots(slots: Iterable<CsvSlot>): Generator<Reading> {
    let before: { endS: number; toS: number; count: number } | undefined
    for (const { endS, count } of slots) {
        const toS = before ? followingS(before, endS) : nearestS(endS)
        if (before && toS <= before.toS) {
            before = { endS, toS: before.toS, count: before.count + count }
            continue
        }
        if (before) yield toReading(before)
        before = { endS, toS, count }
    }
    if (before) yield toReading(before)
}

/** Without a hole after the last slot, as long as that is no whole slot from when it was received. */
function followingS(before: { endS: number; toS: number }, endS: number): number {
    const steps = Math.round((endS - before.endS) / SLOT_S)
    const toS = before.toS + steps * SLOT_S
    return steps <= MOST_STEPS && Math.abs(toS - endS) <= SLOT_S ? toS : nearestS(endS)
}

function nearestS(atS: number): number {
    return Math.round(atS / SLOT_S) * SLOT_S
}

function toReading({ toS, count }: { toS: number; count: number }): Reading {
    return { startS: toS - SLOT_S, seconds: SLOT_S, count }
}

function badLine(line: number, problem: string): AppError {
    return new AppError("bad_request", `line ${line}: ${problem}`)
}
