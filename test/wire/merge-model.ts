import type { Random } from "../../sim/random.js"
import type { Cells } from "../../src/wire/cells.js"
import { encodeReport, MISSING } from "../../src/wire/report.js"
import { quietReport } from "./report-vectors.js"

/** What one 5 s slot of a channel really was. */
export interface TrueSlot {
    startMs: number
    count: number
}

/** A stretch of slots, cut into reports of 1 to 10 as a device makes them. */
export interface Stretch {
    slots: TrueSlot[]
    reports: Buffer[]
    /** In all reports. */
    rejected: number
    lateTicks: number
    lowestQuality: number
}

export interface StretchPlan {
    startMs: number
    isUptime: boolean
    slots: number
    missingShare: number
    /** Largest count of a slot. */
    most: number
    /** Qualities that the reports may have. */
    qualities: number[]
}

export function randomStretch(random: Random, plan: StretchPlan): Stretch {
    const first = random.nextInt(1e6)
    const stretch: Stretch = {
        slots: [],
        reports: [],
        rejected: 0,
        lateTicks: 0,
        lowestQuality: 255,
    }
    let countSinceBoot = random.nextInt(1e6)
    while (stretch.slots.length < plan.slots) {
        const at = stretch.slots.length
        const size = Math.min(1 + random.nextInt(10), plan.slots - at)
        const startMs = plan.startMs + at * 5000
        const counts = Array.from({ length: size }, () =>
            random.next() < plan.missingShare ? MISSING : random.nextInt(plan.most + 1)
        )
        counts.forEach((count, i) => {
            stretch.slots.push({ startMs: startMs + i * 5000, count })
            countSinceBoot += Math.max(0, count)
        })
        const report = quietReport({
            sequence: first + at,
            startMs,
            isUptime: plan.isUptime,
            slots: counts,
            countSinceBoot,
            rejected: random.nextInt(3),
            lateTicks: random.nextInt(3),
            quality: plan.qualities[random.nextInt(plan.qualities.length)],
            pulseTimes: plan.most < 99 && random.nextInt(2) === 0 ? timesOf(counts) : undefined,
            span: size,
        })
        stretch.rejected += report.rejected
        stretch.lateTicks += report.lateTicks
        stretch.lowestQuality = Math.min(stretch.lowestQuality, report.quality)
        stretch.reports.push(encodeReport(report))
    }
    return stretch
}

function timesOf(counts: number[]): number[] {
    const sum = counts.reduce((total, count) => total + Math.max(0, count), 0)
    return Array.from({ length: sum }, (_, i) => i)
}

/** The same slots as cells of `slotSeconds`, worked out slot by slot. */
export function cellsOf(slots: TrueSlot[], slotSeconds: number) {
    const cells = new Map<number, TrueSlot[]>()
    for (const slot of slots) {
        const key = Math.floor(slot.startMs / (slotSeconds * 1000))
        cells.set(key, [...(cells.get(key) ?? []), slot])
    }
    const lists = [...cells.values()]
    const isKnown = (slot: TrueSlot) => slot.count !== MISSING
    return {
        counts: lists.map(list =>
            list.some(isKnown)
                ? list.filter(isKnown).reduce((sum, { count }) => sum + count, 0)
                : MISSING
        ),
        spans: lists.map(list => list.length),
        hasHole: lists.some(list => list.some(isKnown) && !list.every(isKnown)),
    }
}

/** 5 s slots of each cell, of what says only the span of all and of the first. */
export function spansOf({ slotSeconds, span, firstSpan }: Cells): number[] {
    const spans: number[] = []
    for (let left = span, next = firstSpan; left > 0; left -= next) {
        next = Math.min(left, spans.length === 0 ? firstSpan : slotSeconds / 5)
        spans.push(next)
    }
    return spans
}
