import { describe, expect, test } from "vitest"
import { RESOLUTION_SECONDS, type Store } from "../../../server/store/store.js"
import type { MainsReport } from "../../../src/wire/mains-report.js"
import { makeReport, START_MS, seededNumbers } from "../helpers.js"
import { ingestAll, MAINS_ID, makeMains, makeSlot, openWithMains } from "../mains-helpers.js"

const DAY_MS = 86_400_000
const FROM_MS = START_MS - (START_MS % DAY_MS) - DAY_MS
const TO_MS = FROM_MS + 3 * DAY_MS
const RESOLUTIONS = ["slot", "minute", "quarter", "hour", "day"] as const

/** Everything that a reader can see, but for the order in which things came. */
function readAll(store: Store) {
    return RESOLUTIONS.map(resolution => [
        store.mainsSeries(MAINS_ID, FROM_MS, TO_MS, resolution),
        store.series(MAINS_ID, FROM_MS, TO_MS, resolution),
    ])
}

describe("a mains channel", () => {
    test("is electricity that counts tenths of a mWh, whatever people ask for", async () => {
        const { store } = await openWithMains()
        expect(store.channels().map(({ name, type, perPulse }) => [name, type, perPulse])).toEqual([
            ["Electricity 1", "electricity", 1],
            ["Mains 2", "electricity", 0.0001],
            ["Mains 3", "electricity", 0.0001],
        ])
        expect(store.updateChannel(MAINS_ID, { name: "Oven" })?.name).toBe("Oven")
        for (const change of [{ type: "gas" as const }, { perPulse: 2 }])
            expect(() => store.updateChannel(MAINS_ID, change)).toThrow("mains channel")
    })

    test("stores a report once, however often it comes", async () => {
        const { store, add } = await openWithMains()
        expect(add(makeMains(), makeMains())).toEqual(["stored", "known"])
        expect(add(makeMains())).toEqual(["known"])
        expect(store.slots(MAINS_ID, FROM_MS, TO_MS).map(({ count }) => count)).toEqual(
            new Array(10).fill(31_944)
        )
        expect(store.channel(MAINS_ID)).toMatchObject({
            firstSlotMs: START_MS,
            lastSlotEndMs: START_MS + 50_000,
        })
    })

    test("tells totals both ways, and its newest slot", async () => {
        const { store, add } = await openWithMains()
        const exported = { energyIn: 0, energyOut: 500, angleDdeg: 1750 }
        const slots = [makeSlot(), undefined, makeSlot(exported)]
        add(
            makeMains({ slots, energyInSinceBoot: 2 ** 40, energyOutSinceBoot: 700 }),
            makeMains({ bootId: 2, sequence: 0, startMs: START_MS - DAY_MS })
        )
        expect(store.now(START_MS)[1]).toMatchObject({
            totalCount: 2 ** 40 + 319_440,
            totalOutCount: 700,
            unplacedCount: 2 ** 40 - 31_944,
            sinceCount: 31_944,
            sinceOutCount: 500,
            mains: makeSlot(exported),
        })
        expect(store.now(START_MS)[0]).toMatchObject({ mains: null, totalOutCount: 0 })
        expect(store.now(FROM_MS - DAY_MS)[1].sinceCount).toBe(351_384)
    })

    test("adds the energies of a slot that is in two reports, and keeps what was seen longer", async () => {
        const { store, add } = await openWithMains()
        const one = makeSlot({ energyIn: 100, shareTenths: 30, voltageCv: 23_100 })
        const other = makeSlot({ energyIn: 200, energyOut: 5, shareTenths: 90, voltageCv: 22_900 })
        add(makeMains({ slots: [one] }), makeMains({ bootId: 2, slots: [other] }))
        const merged = { ...other, energyIn: 300, energyOut: 5 }
        expect(store.now(0)[1].mains).toEqual(merged)
        const [minute] = store.mainsSeries(MAINS_ID, START_MS, START_MS + 1, "minute").steps
        expect(minute).toMatchObject({
            slots: 1,
            energyIn: 300,
            energyOut: 5,
            voltageSquare: 22_900 ** 2,
            shareTenths: 90,
        })
        expect(store.series(MAINS_ID, START_MS, START_MS + 1, "minute").coveredS).toEqual([5])
    })

    test("spreads a longer slot over those of 5 s, to the last tenth of a mWh", async () => {
        const { store, add } = await openWithMains()
        add(makeMains({ slotSeconds: 60, slots: [makeSlot({ energyIn: 1000 }), undefined] }))
        const { counts } = store.series(MAINS_ID, START_MS, START_MS + 60_000, "slot")
        expect(new Set(counts)).toEqual(new Set([83, 84]))
        expect(store.series(MAINS_ID, START_MS, START_MS + 120_000, "minute").counts).toEqual([
            1000,
            null,
        ])
    })

    test("refuses a report of a channel that no hello announced", async () => {
        const { store } = await openWithMains()
        expect(ingestAll(store, { kind: "mains", report: makeMains({ channel: 9 }) })).toEqual([
            { outcome: "refused", reason: "channel 9 was never announced by a hello" },
        ])
    })

    test("counts a report of a boot that is over and never said hello, without a place", async () => {
        const { store, add } = await openWithMains()
        expect(add(makeMains({ bootId: 7, isUptime: true }))).toEqual(["stored"])
        expect(store.now(0)[1]).toMatchObject({ totalCount: 319_440, unplacedCount: 319_440 })
    })

    test("drops what was measured while the channel was another, which would keep back the rest", async () => {
        const { store } = await openWithMains()
        const results = ingestAll(
            store,
            { kind: "report", report: makeReport({ channel: 1 }) },
            { kind: "mains", report: makeMains({ channel: 0 }) }
        )
        expect(results).toEqual([
            { outcome: "dropped", reason: "channel 1 now measures mains power" },
            { outcome: "dropped", reason: "channel 0 now counts pulses" },
        ])
        expect(store.now(0).map(({ totalCount }) => totalCount)).toEqual([0, 0, 0])
    })

    test("counts a report from far ahead, without a place", async () => {
        const { store, add } = await openWithMains()
        expect(add(makeMains({ startMs: START_MS + 3 * DAY_MS }))).toEqual(["stored"])
        expect(store.now(0)[1]).toMatchObject({
            totalCount: 319_440,
            unplacedCount: 319_440,
            mains: null,
        })
    })
})

function randomReports(seed: string): MainsReport[] {
    const random = seededNumbers(seed)
    let energyInSinceBoot = 0
    let end = 0
    return Array.from({ length: 200 }, (_, at) => {
        const slots = Array.from({ length: 1 + random(10) }, () =>
            random(6) === 0
                ? undefined
                : makeSlot({
                      energyIn: random(40_000),
                      energyOut: random(40_000),
                      reactiveDvar: random(40_000) - 20_000,
                      voltageCv: 22_000 + random(2000),
                      currentMa: random(40_000),
                      frequencyMhz: random(4) === 0 ? 0 : 49_900 + random(200),
                      shareTenths: random(256),
                      isApparent: random(9) === 0,
                  })
        )
        energyInSinceBoot += 400_000
        // every report has slots of its own, so that no two merge
        const sequence = end
        end += slots.length
        const startMs = START_MS + at * 300_000
        return makeMains({ sequence, slots, startMs, energyInSinceBoot, energyOutSinceBoot: 1e9 })
    })
}

describe("sums of mains slots", () => {
    test.each(RESOLUTIONS)("each %s holds exactly what its slots hold", async resolution => {
        const { store, add } = await openWithMains()
        add(...randomReports("sums"))
        const slots = store.mainsSeries(MAINS_ID, FROM_MS, TO_MS, "slot")
        const perStep = RESOLUTION_SECONDS[resolution] / 5
        const { steps } = store.mainsSeries(MAINS_ID, FROM_MS, TO_MS, resolution)
        steps.forEach((step, at) => {
            const held = slots.steps
                .slice(at * perStep, (at + 1) * perStep)
                .filter(slot => slot !== null)
            const sum = (
                name: "energyIn" | "energyOut" | "reactiveDvar" | "voltageSquare" | "slots"
            ) => held.reduce((total, slot) => total + slot[name], 0)
            if (step === null) expect(held).toEqual([])
            else
                for (const name of [
                    "energyIn",
                    "energyOut",
                    "reactiveDvar",
                    "voltageSquare",
                    "slots",
                ] as const)
                    expect(step[name]).toBe(sum(name))
        })
    })

    test("neither the order of reports nor their grouping nor repeats leave a trace", async () => {
        const reports = randomReports("order")
        const { store, add } = await openWithMains()
        add(...reports)
        const other = await openWithMains()
        const random = seededNumbers("shuffle")
        const mixed = [...reports, ...reports.slice(0, 50)]
            .map(report => ({ report, rank: random(1_000_000) }))
            .sort((a, b) => a.rank - b.rank)
            .map(({ report }) => report)
        for (let at = 0; at < mixed.length; at += 7) other.add(...mixed.slice(at, at + 7))
        expect(readAll(other.store)).toEqual(readAll(store))
        expect(other.store.now(FROM_MS)).toEqual(store.now(FROM_MS))
    })
})

describe("poor signals", () => {
    test("are marked, joined where they touch, and told for the asked stretch only", async () => {
        const { store } = await openWithMains()
        const report = (sequence: number, quality: number, startMs: number) => ({
            kind: "report" as const,
            report: makeReport({
                sequence: sequence * 10,
                countSinceBoot: sequence * 20 + 20,
                quality,
                startMs,
            }),
        })
        ingestAll(
            store,
            report(0, 49, START_MS),
            report(1, 50, START_MS + 50_000),
            report(2, 255, START_MS + 100_000),
            report(3, 0, START_MS + 200_000),
            report(4, 10, START_MS + 150_000),
            report(4, 10, START_MS + 150_000)
        )
        const first = [START_MS, START_MS + 50_000]
        const second = [START_MS + 150_000, START_MS + 250_000]
        expect(store.poorSpans(1, FROM_MS, TO_MS)).toEqual([first, second])
        expect(store.poorSpans(1, START_MS + 49_000, START_MS + 150_000)).toEqual([first])
        expect(store.poorSpans(1, START_MS + 50_000, START_MS + 150_000)).toEqual([])
        expect(store.poorSpans(MAINS_ID, FROM_MS, TO_MS)).toEqual([])
    })

    test("of mains are marked too", async () => {
        const { store, add } = await openWithMains()
        add(makeMains({ quality: 10 }))
        expect(store.poorSpans(MAINS_ID, FROM_MS, TO_MS)).toHaveLength(1)
    })
})
