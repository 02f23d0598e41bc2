import { agrees, cutOut, overlaps, type Stretch } from "./coverage.js"
import { SLOT_S } from "./slot-batch.js"
import { UNPLACED_REASONS, type UnplacedReport } from "./unplaced.js"

/** Why a total and what its slots hold differ. */
export const DISCREPANCY_REASONS = [
    "missing_report",
    ...UNPLACED_REASONS,
    "overlapping_boots",
    "slot_full",
    "earlier_version",
    "older",
] as const

export interface Discrepancy {
    reason: (typeof DISCREPANCY_REASONS)[number]
    /** The boot it is of; null for all older boots, and for what was stored before boots were told apart. */
    bootId: number | null
    /** Numbers of the first slot and of the one after the last, counted since power-up; null if unknown. */
    firstSlot: number | null
    endSlot: number | null
    /** Unix ms; null if unknown. */
    fromMs: number | null
    toMs: number | null
    /** Pulses, or energy drawn, that the total has and no slot. */
    count: number
}

/** What is stored of one channel since one boot of its device. */
export interface BootSpan {
    bootId: number
    /** Unix ms; null when it never said hello. */
    bootedMs: number | null
    /** Unix ms of its stored slots; null while there are none. */
    fromMs: number | null
    toMs: number | null
    countSinceBoot: number
    placedCount: number
}

/** Where a channel's total and its slots differ, exactly: the counts add up to the difference. */
export interface Discrepancies {
    totalCount: number
    placedCount: number
    discrepancies: Discrepancy[]
    /** Those that are told one by one, oldest first. */
    boots: BootSpan[]
    /** How many boots there were before them. */
    olderBoots: number
}

/** Boots are dated by their hello, so their ends may seem to overlap by seconds. */
const DATING_MS = 60_000

/** What is stored of one boot: `stretches` and `unplaced` in order of their numbers; no stretches overlap. */
export interface BootStory extends BootSpan {
    stretches: Stretch[]
    unplaced: UnplacedReport[]
    /** The slot number before which gaps are not told one by one; 0 when all are. */
    toldFrom: number
    /** False for version 1, of which the slots have no numbers. */
    isNumbered: boolean
}

/** Pulses that a boot counted and no slot holds, with what is known of them. */
export function discrepanciesOf(story: BootStory): Discrepancy[] {
    const found = story.isNumbered ? missingIn(story) : story.unplaced.map(toReported(story.bootId))
    const left = story.countSinceBoot - story.placedCount - sumOf(found)
    // of a boot that an earlier version began, all before it counts as placed, so late reports overshoot
    if (left <= 0) return found
    const reason = story.isNumbered ? "slot_full" : "missing_report"
    const rest = nowhere(story.bootId, story.toldFrom === 0 ? reason : "older")
    return [...found, { ...rest, count: left }]
}

/** Boots of one device that ran at the same time: another device has its identity, or a clock was wrong. */
export function overlapsOf(boots: BootSpan[]): Discrepancy[] {
    const dated = boots
        .flatMap(({ bootId, fromMs, toMs }) =>
            fromMs === null || toMs === null ? [] : [{ bootId, fromMs, toMs }]
        )
        .sort((a, b) => a.fromMs - b.fromMs)
    const found: Discrepancy[] = []
    let lastMs = Number.NEGATIVE_INFINITY
    for (const { bootId, fromMs, toMs } of dated) {
        if (fromMs + DATING_MS < lastMs) {
            const span = { fromMs, toMs: Math.min(lastMs, toMs) }
            found.push({ ...nowhere(bootId, "overlapping_boots"), ...span })
        }
        lastMs = Math.max(lastMs, toMs)
    }
    return found
}

export function sumOf(discrepancies: Discrepancy[]): number {
    return discrepancies.reduce((sum, { count }) => sum + count, 0)
}

/** A discrepancy of which neither numbers nor time are known. */
export function nowhere(bootId: number | null, reason: Discrepancy["reason"]): Discrepancy {
    const unknown = { firstSlot: null, endSlot: null, fromMs: null, toMs: null }
    return { reason, bootId, ...unknown, count: 0 }
}

/** Counts between stretches that follow each other, before the first and after the last. */
function missingIn(story: BootStory): Discrepancy[] {
    const { bootId, stretches, unplaced, countSinceBoot, toldFrom } = story
    const found: Discrepancy[] = []
    const told = new Set<UnplacedReport>()
    let before: Stretch | undefined
    const visit = (after: Stretch | undefined) => {
        const gap = gapBetween(before, after, countSinceBoot)
        // before `toldFrom` there may be stretches and reports that were not read
        const parts = gap.end < toldFrom ? [] : splitGap(gap, unplaced)
        for (const part of parts) {
            if (part.countEnd === part.countFirst) continue
            if (!part.by && part.first < toldFrom) continue
            if (part.by) told.add(part.by)
            found.push(toDiscrepancy(story, part, before, after))
        }
        before = after
    }
    for (const stretch of stretches) visit(stretch)
    visit(undefined)
    const contradictions = unplaced.filter(
        report => report.reason === "count_went_back" && !told.has(report)
    )
    const toZero = toReported(bootId)
    return [...found, ...contradictions.map(report => ({ ...toZero(report), count: 0 }))]
}

/** A part of a gap, and the report that came for it. */
type GapPart = Stretch & { by: UnplacedReport | undefined; atMs: number | null }

function gapBetween(
    before: Stretch | undefined,
    after: Stretch | undefined,
    countSinceBoot: number
): GapPart {
    return {
        first: before?.end ?? 0,
        end: after?.first ?? Number.MAX_SAFE_INTEGER,
        countFirst: before?.countEnd ?? 0,
        countEnd: after?.countFirst ?? countSinceBoot,
        startS: 0,
        by: undefined,
        atMs: null,
    }
}

/** Says of a gap what is known of reports that came for it and have no place. */
function splitGap(gap: GapPart, unplaced: UnplacedReport[]): GapPart[] {
    let parts = [gap]
    for (const report of unplaced) {
        if (report.first >= gap.end) break
        if (report.end <= gap.first) continue
        const said = { ...report, startS: report.startS ?? 0 }
        const isInside = said.first >= gap.first && said.end <= gap.end
        const isWithin = said.countFirst >= gap.countFirst && said.countEnd <= gap.countEnd
        parts = parts.flatMap(part => {
            if (part.by || !overlaps(part, said)) return [part]
            if (!isInside || !isWithin || !agrees(part, said)) return [{ ...part, by: report }]
            const atMs = report.startS === null ? null : report.startS * 1000
            const { first, end, countFirst, countEnd, startS } = said
            const middle = { first, end, countFirst, countEnd, startS, by: report, atMs }
            return [...cutOut(part, said), middle].sort((a, b) => a.first - b.first)
        })
    }
    return parts
}

function toDiscrepancy(
    { bootId, bootedMs }: BootStory,
    { first, end, countFirst, countEnd, by, atMs }: GapPart,
    before: Stretch | undefined,
    after: Stretch | undefined
): Discrepancy {
    const beforeMs = before ? endMs(before) : bootedMs
    const isOpen = end === Number.MAX_SAFE_INTEGER
    return {
        reason: by?.reason ?? "missing_report",
        bootId,
        firstSlot: first,
        endSlot: isOpen ? null : end,
        fromMs: atMs ?? beforeMs,
        toMs: atMs === null ? (after ? after.startS * 1000 : null) : atMs + (end - first) * 5000,
        count: countEnd - countFirst,
    }
}

function endMs({ startS, first, end }: Stretch): number {
    return (startS + (end - first) * SLOT_S) * 1000
}

function toReported(bootId: number) {
    return ({ reason, first, end, startS, countFirst, countEnd }: UnplacedReport): Discrepancy => ({
        ...nowhere(bootId, reason),
        ...(first < 0 ? {} : { firstSlot: first, endSlot: end }),
        fromMs: startS === null ? null : startS * 1000,
        count: countEnd - countFirst,
    })
}
