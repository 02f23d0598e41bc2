import { describe, expect, test } from "vitest"
import { Random } from "../../sim/random.js"
import { mergeMains } from "../../src/wire/mains-merge.js"
import {
    decodeMainsReport,
    encodeMainsReport,
    type MainsReport,
} from "../../src/wire/mains-report.js"
import type { MainsSlot } from "../../src/wire/mains-slots.js"
import { encodeReport } from "../../src/wire/report.js"
import { KETTLE_SLOT } from "./kettle-slot.js"
import { kettleReport, LARGEST_SLOT } from "./mains-report-vectors.js"
import { spansOf } from "./merge-model.js"
import { quietReport } from "./report-vectors.js"

const START_MS = 1767225600000
const FULL = 2 ** 48 - 1
type Slots = (MainsSlot | undefined)[]

function decoded(bytes: Buffer | undefined): MainsReport {
    const report = decodeMainsReport(bytes ?? Buffer.alloc(0))
    if (typeof report === "string") throw new Error(report)
    return report
}

/** Slots of 5 s from slot number `first` on. */
function reportFrom(first: number, slots: Slots, changes: Partial<MainsReport> = {}): Buffer {
    return encodeMainsReport(
        kettleReport({
            sequence: first,
            startMs: START_MS + first * 5000,
            slots,
            energyInSinceBoot: FULL,
            energyOutSinceBoot: FULL,
            ...changes,
        })
    )
}

const two = [KETTLE_SLOT, KETTLE_SLOT]

describe("two mains reports", () => {
    test("become cells: energies add up, the rest is averaged", () => {
        const idle = { ...KETTLE_SLOT, energyIn: 0, energyOut: 7, currentMa: 0, reactiveDvar: -20 }
        const older = reportFrom(11, [KETTLE_SLOT, KETTLE_SLOT], { lateTicks: 250, quality: 80 })
        const newer = reportFrom(13, [{ ...idle, frequencyMhz: 0, isApparent: true }], {
            lateTicks: 9,
            quality: 90,
            energyInSinceBoot: 999_999,
            energyOutSinceBoot: 70,
        })
        expect(decoded(mergeMains(older, newer, 60))).toEqual({
            ...decoded(older),
            slotSeconds: 60,
            span: 3,
            firstSpan: 1,
            lateTicks: 255,
            energyInSinceBoot: 999_999,
            energyOutSinceBoot: 70,
            slots: [
                KETTLE_SLOT,
                {
                    ...KETTLE_SLOT,
                    energyOut: 7,
                    reactiveDvar: 50,
                    currentMa: 7071,
                    isApparent: true,
                },
            ],
        })
    })

    test.each([
        ["a gap in number", reportFrom(3, two, { startMs: START_MS + 10_000 })],
        ["a gap in time", reportFrom(2, two, { startMs: START_MS + 15_000 })],
        ["another boot", reportFrom(2, two, { bootId: 5 })],
        ["another channel", reportFrom(2, two, { channel: 1 })],
        ["uptime", reportFrom(2, two, { isUptime: true })],
        ["pulses", encodeReport(quietReport({ sequence: 2, startMs: START_MS + 10_000 }))],
    ])("of which the second has %s stay apart", (_name, newer) => {
        expect(mergeMains(reportFrom(0, two), newer, 60)).toBeUndefined()
    })

    test("a cell that was not measured in full makes the report poor", () => {
        const quality = (slots: Slots) =>
            decoded(mergeMains(reportFrom(0, slots), undefined, 60)).quality
        expect(quality([KETTLE_SLOT, undefined])).toBe(49)
        expect(quality([KETTLE_SLOT, KETTLE_SLOT])).toBe(255)
        expect(quality([undefined, undefined])).toBe(255)
    })

    test("eight of the largest cells fit, and a ninth does not", () => {
        const cell = { ...LARGEST_SLOT, energyIn: 268435454, energyOut: 268435454 }
        const cells = (first: number, count: number) =>
            reportFrom(first * 60, Array(count).fill(cell), {
                slotSeconds: 300,
                span: count * 60,
                firstSpan: 60,
            })
        expect(decoded(mergeMains(cells(0, 4), cells(4, 4), 300)).slots).toHaveLength(8)
        expect(mergeMains(cells(0, 8), cells(8, 1), 300)).toBeUndefined()
    })

    test("ten small cells fit, and an eleventh does not", () => {
        const cells = (first: number, count: number) =>
            reportFrom(first * 60, Array(count).fill(undefined), {
                slotSeconds: 300,
                span: count * 60,
                firstSpan: 60,
            })
        expect(mergeMains(cells(0, 10), cells(10, 1), 300)).toBeUndefined()
        const small = { ...KETTLE_SLOT, energyIn: 1, currentMa: 1, reactiveDvar: 0 }
        const little = (first: number) =>
            reportFrom(first * 60, Array(5).fill(small), {
                slotSeconds: 300,
                span: 300,
                firstSpan: 60,
            })
        expect(decoded(mergeMains(little(0), little(5), 300)).slots).toHaveLength(10)
    })
})

function randomSlot(random: Random): MainsSlot {
    return {
        energyIn: random.nextInt(2097151),
        energyOut: random.nextInt(1000),
        reactiveDvar: random.nextInt(20_001) - 10_000,
        voltageCv: 22_000 + random.nextInt(2000),
        currentMa: random.nextInt(100_000),
        frequencyMhz: random.nextInt(6) === 0 ? 0 : 49_000 + random.nextInt(2000),
        angleDdeg: random.nextInt(3601) - 1800,
        shareTenths: random.nextInt(256),
        isApparent: random.nextInt(9) === 0,
    }
}

/** The same slots as one, worked out from all of them at once. */
function meanOf(all: Slots): MainsSlot | undefined {
    const known = all.filter(slot => slot !== undefined)
    if (known.length === 0) return undefined
    const sum = (of: (slot: MainsSlot) => number, slots = known) =>
        slots.reduce((total, slot) => total + of(slot), 0)
    const mean = (of: (slot: MainsSlot) => number) => sum(of) / known.length
    const timed = known.filter(({ frequencyMhz }) => frequencyMhz > 0)
    return {
        energyIn: sum(({ energyIn }) => energyIn),
        energyOut: sum(({ energyOut }) => energyOut),
        reactiveDvar: mean(slot => slot.reactiveDvar),
        voltageCv: Math.sqrt(mean(slot => slot.voltageCv ** 2)),
        currentMa: Math.sqrt(mean(slot => slot.currentMa ** 2)),
        frequencyMhz: sum(slot => slot.frequencyMhz, timed) / Math.max(1, timed.length),
        angleDdeg: mean(slot => slot.angleDdeg),
        shareTenths: mean(slot => slot.shareTenths),
        isApparent: known.some(slot => slot.isApparent),
    }
}

/** Is each mean within `units` of the truth, and each sum exactly it? */
function expectNear(cell: MainsSlot | undefined, truth: MainsSlot | undefined, units: number) {
    expect(cell === undefined).toBe(truth === undefined)
    if (!cell || !truth) return
    const { energyIn, energyOut, isApparent } = truth
    expect(cell).toMatchObject({ energyIn, energyOut, isApparent })
    for (const key of [
        "reactiveDvar",
        "voltageCv",
        "currentMa",
        "frequencyMhz",
        "angleDdeg",
        "shareTenths",
    ] as const)
        expect(Math.abs(cell[key] - truth[key])).toBeLessThanOrEqual(units)
}

function cutAs(slots: Slots, spans: number[]): Slots[] {
    let at = 0
    return spans.map(span => {
        at += span
        return slots.slice(at - span, at)
    })
}

describe("any stretch of mains slots", () => {
    test("of one or two reports, made into cells: sums are exact, means to half a unit", () => {
        const random = new Random(31)
        for (let run = 0; run < 2000; run++) {
            const isUptime = random.nextInt(2) === 0
            const first = random.nextInt(200)
            const startMs = (isUptime ? 0 : START_MS) + first * 5000 + random.nextInt(5000)
            const slots = Array.from({ length: 2 + random.nextInt(18) }, () =>
                random.nextInt(5) === 0 ? undefined : randomSlot(random)
            )
            const half = Math.ceil(slots.length / 2)
            const older = reportFrom(first, slots.slice(0, half), { startMs, isUptime })
            const newer = reportFrom(first + half, slots.slice(half), {
                startMs: startMs + half * 5000,
                isUptime,
            })
            const seconds = random.nextInt(2) === 0 ? 60 : 300
            const merged = decoded(mergeMains(older, newer, seconds))
            const boundaryMs = (Math.floor(startMs / seconds / 1000) + 1) * seconds * 1000
            const firstSpan = Math.ceil((boundaryMs - startMs) / 5000)
            expect(merged).toMatchObject({
                sequence: first,
                startMs,
                isUptime,
                span: slots.length,
                firstSpan: Math.min(slots.length, firstSpan),
            })
            const parts = cutAs(slots, spansOf(merged))
            for (const [at, part] of parts.entries())
                expectNear(merged.slots[at], meanOf(part), 0.5)
            const hasHole = parts.some(part => part.includes(undefined) && part.some(Boolean))
            expect(merged.quality).toBe(hasHole ? 49 : 255)
        }
    })

    test("merged again and again, 5 to 60 to 300 s: sums are exact, means to two units", () => {
        const random = new Random(32)
        for (let run = 0; run < 200; run++) {
            const first = random.nextInt(200)
            const slots = Array.from({ length: 1 + random.nextInt(300) }, () => randomSlot(random))
            for (const slot of slots) slot.frequencyMhz = Math.max(49_000, slot.frequencyMhz)
            const reports: Buffer[] = []
            for (let at = 0; at < slots.length; at += 10)
                reports.push(reportFrom(first + at, slots.slice(at, at + 10)))
            for (const seconds of [60, 300]) {
                for (const [at, report] of reports.entries())
                    reports[at] = mergeMains(report, undefined, seconds) ?? Buffer.alloc(0)
                for (let at = 0; at + 1 < reports.length; ) {
                    const merged = mergeMains(reports[at], reports[at + 1], seconds)
                    if (merged) reports.splice(at, 2, merged)
                    else at++
                }
            }
            let at = 0
            for (const report of reports.map(decoded)) {
                const own = slots.slice(at, at + report.span)
                at += report.span
                for (const [i, part] of cutAs(own, spansOf(report)).entries())
                    expectNear(report.slots[i], meanOf(part), 2)
            }
            expect(at).toBe(slots.length)
        }
    })
})
