import { describe, expect, test } from "vitest"
import { Random } from "../../sim/random.js"
import { decodeReport, encodeReport, MISSING, type Report } from "../../src/wire/report.js"
import { mergeReports } from "../../src/wire/report-merge.js"
import { cellsOf, randomStretch, type Stretch, spansOf } from "./merge-model.js"
import { quietReport, ramp } from "./report-vectors.js"

const START_MS = 1767225600000

function decoded(bytes: Buffer | undefined): Report {
    const report = decodeReport(bytes ?? Buffer.alloc(0))
    if (typeof report === "string") throw new Error(report)
    return report
}

/** Ten slots of a channel from slot number `first` on, whatever `changes` says. */
function tenFrom(first: number, changes: Partial<Report> = {}): Buffer {
    const slots = changes.slots ?? ramp(1, 10, 0)
    return encodeReport(
        quietReport({
            sequence: first,
            startMs: START_MS + first * 5000,
            slots,
            span: slots.length,
            countSinceBoot: 1000 + first,
            ...changes,
        })
    )
}

describe("two reports", () => {
    test("of 5 s slots become one, with the sums of their marks", () => {
        const older = tenFrom(0, { rejected: 65530, lateTicks: 250, quality: 90, pulseTimes: [] })
        const newer = tenFrom(10, { rejected: 9, lateTicks: 9, quality: 70, slots: [2, MISSING] })
        expect(decoded(mergeReports(older, newer, 5))).toEqual(
            quietReport({
                startMs: START_MS,
                slots: [...ramp(1, 10, 0), 2, MISSING],
                span: 12,
                countSinceBoot: 1010,
                rejected: 65535,
                lateTicks: 255,
                quality: 70,
            })
        )
    })

    test("become cells that begin at whole minutes of Unix time", () => {
        const older = tenFrom(9, { slots: [1, 2, 4, 8, 16, 32] })
        const newer = tenFrom(15, { slots: ramp(1, 10, 0) })
        expect(decoded(mergeReports(older, newer, 60))).toMatchObject({
            sequence: 9,
            startMs: START_MS + 45000,
            slotSeconds: 60,
            firstSpan: 3,
            span: 16,
            slots: [7, 8 + 16 + 32 + 9, 1],
        })
    })

    const older = tenFrom(0)
    test.each([
        ["a gap in number", older, tenFrom(11, { startMs: START_MS + 50_000 })],
        ["a gap in time", older, tenFrom(10, { startMs: START_MS + 55_000 })],
        ["an overlap", older, tenFrom(9)],
        ["another boot", older, tenFrom(10, { bootId: 5 })],
        ["another channel", older, tenFrom(10, { channel: 1 })],
        ["uptime and a date", older, tenFrom(10, { isUptime: true })],
        ["the order turned round", tenFrom(10), older],
    ])("of which there is %s stay apart", (_name, first, second) => {
        for (const seconds of [5, 60, 300])
            expect(mergeReports(first, second, seconds)).toBeUndefined()
    })

    test.each([
        [90, 49],
        [49, 90],
        [255, 0],
    ])("of quality %i and %i stay apart in slots of 5 s, and are poor in longer", (a, b) => {
        const [first, second] = [tenFrom(0, { quality: a }), tenFrom(10, { quality: b })]
        expect(mergeReports(first, second, 5)).toBeUndefined()
        expect(decoded(mergeReports(first, second, 60)).quality).toBe(Math.min(a, b))
    })

    test.each([
        [[1, MISSING, 1], 49],
        [[MISSING, MISSING, MISSING], 255],
        [[0, 0, 0], 255],
    ])("in a cell of a minute, %j has quality %i", (slots, quality) => {
        expect(decoded(mergeReports(tenFrom(0, { slots }), undefined, 60)).quality).toBe(quality)
    })

    test("a minute without a slot that was sampled is a hole of five minutes", () => {
        const minutes = encodeReport(
            quietReport({ slotSeconds: 60, slots: [5, MISSING], countSinceBoot: 5 })
        )
        const merged = decoded(mergeReports(minutes, undefined, 300))
        expect(merged).toMatchObject({ slots: [5], span: 24, firstSpan: 24, quality: 49 })
    })

    test("take 200 slots of a byte and 199 cells, and no more", () => {
        const long = tenFrom(0, { slots: ramp(1, 190, 0) })
        expect(decoded(mergeReports(long, tenFrom(190), 5)).slots).toHaveLength(200)
        expect(mergeReports(tenFrom(0, { slots: ramp(1, 191, 0) }), tenFrom(191), 5)).toBe(
            undefined
        )
        const cells = (count: number) =>
            encodeReport(
                quietReport({ slotSeconds: 300, slots: ramp(5, count, 0), countSinceBoot: 5000 })
            )
        const next = (count: number) =>
            encodeReport(
                quietReport({
                    sequence: count * 60,
                    startMs: START_MS + count * 300_000,
                    slotSeconds: 300,
                    slots: [7],
                    countSinceBoot: 5000,
                })
            )
        expect(decoded(mergeReports(cells(198), next(198), 300)).slots).toHaveLength(199)
        expect(mergeReports(cells(199), next(199), 300)).toBeUndefined()
    })

    test("too long in bytes stay apart", () => {
        const older = tenFrom(0, { slots: ramp(200, 100, 0), countSinceBoot: 1e6 })
        const newer = tenFrom(100, { slots: ramp(200, 4, 0), countSinceBoot: 1e6 })
        expect(mergeReports(older, newer, 5)).toBeUndefined()
        expect(decoded(mergeReports(older, newer, 60)).slots).toHaveLength(9)
    })

    test("neither of them is written to", () => {
        const [first, second] = [tenFrom(0, { pulseTimes: ramp(1, 10, 1) }), tenFrom(10)]
        const before = [first.toString("hex"), second.toString("hex")]
        for (const seconds of [5, 60, 300]) mergeReports(first, second, seconds)
        expect([first.toString("hex"), second.toString("hex")]).toEqual(before)
    })
})

/**
 * Merges neighbours and makes reports coarser, each time a random one, until one in `slotSeconds` is left.
 */
function mergeAll(random: Random, { reports }: Stretch, slotSeconds: number): Buffer {
    const left = [...reports]
    const secondsOf = (report: Buffer | undefined) => report?.readUInt16LE(17)
    for (let tries = 0; tries < 20_000; tries++) {
        const at = random.nextInt(left.length)
        const seconds = secondsOf(left[at]) ?? 0
        if (left.length === 1 && seconds === slotSeconds) return left[0]
        const isAlike = secondsOf(left[at + 1]) === seconds
        const merged = isAlike ? mergeReports(left[at], left[at + 1], seconds) : undefined
        if (merged) left.splice(at, 2, merged)
        else if (seconds < slotSeconds) {
            const coarse = mergeReports(left[at], undefined, seconds === 5 ? 60 : 300)
            if (!coarse) throw new Error("not made coarser")
            left[at] = coarse
        }
    }
    throw new Error("never one report")
}

describe("any stretch of slots, merged in any order, says what it said slot by slot", () => {
    test.each([
        ["at full detail", 5, 200],
        ["in minutes", 60, 450],
        ["in five minutes", 300, 1500],
    ])("%s", (_name, slotSeconds, mostSlots) => {
        const random = new Random(slotSeconds)
        let [holes, poor] = [0, 0]
        for (let run = 0; run < 120; run++) {
            const isUptime = random.nextInt(3) === 0
            const startMs = isUptime
                ? random.nextInt(1e7)
                : START_MS + random.nextInt(120) * 5000 + (run % 2 ? random.nextInt(5000) : 0)
            const stretch = randomStretch(random, {
                startMs,
                isUptime,
                slots: 1 + random.nextInt(mostSlots),
                missingShare: [0, 0.02, 0.5, 1][random.nextInt(4)],
                most: slotSeconds === 5 ? 9 : [1, 30, 3e6][random.nextInt(3)],
                qualities: slotSeconds === 5 || run % 2 ? [100, 80] : [100, 100, 30],
            })
            const merged = decoded(mergeAll(random, stretch, slotSeconds))
            const { counts, spans, hasHole } = cellsOf(stretch.slots, slotSeconds)
            const first = decoded(stretch.reports[0])
            expect(spansOf(merged)).toEqual(spans)
            const limit = hasHole ? 49 : 255
            if (hasHole) holes++
            if (merged.quality < 50) poor++
            expect(merged).toEqual({
                ...first,
                slotSeconds,
                slots: counts,
                span: stretch.slots.length,
                firstSpan: spans[0],
                countSinceBoot: decoded(stretch.reports.at(-1)).countSinceBoot,
                rejected: stretch.rejected,
                lateTicks: Math.min(255, stretch.lateTicks),
                quality: Math.min(stretch.lowestQuality, limit),
                pulseTimes: merged.pulseTimes,
            })
            if (stretch.reports.length > 1) expect(merged.pulseTimes).toBeUndefined()
        }
        if (slotSeconds > 5) {
            expect(holes).toBeGreaterThan(20)
            expect(poor).toBeGreaterThan(holes)
            expect(poor).toBeLessThan(110)
        }
    })
})
