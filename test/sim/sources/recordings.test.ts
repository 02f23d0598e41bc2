import { existsSync } from "node:fs"
import { join, resolve } from "node:path"
import { describe, expect, test } from "vitest"
import { Random } from "../../../sim/random.js"
import { loadScenario, type Scenario, sourceKind } from "../../../sim/scenario.js"
import { openSource } from "../../../sim/sources/source.js"
import { Tables } from "../../../sim/sources/table.js"
import { open } from "./open.js"

const dataDir = resolve(process.env["METERBEAT_DATA"] ?? "../shared/data")
const hasData = existsSync(dataDir)
const reason = hasData ? "" : " (skipped: there is no METERBEAT_DATA folder)"
const DAY_MS = 86_400_000
const tables = new Tables()

function openFirst(scenario: Scenario) {
    const [channel] = scenario.devices[0].channels
    const { source } = channel
    if (source.type === "mains") throw new Error("not a recording of pulses")
    const { kind, digital } = sourceKind(channel)
    const durationMs = (scenario.durationS ?? 0) * 1000
    const startUnixMs = Date.parse(scenario.startTime ?? "2024-03-20T00:00:00Z")
    const random = new Random(scenario.seed)
    return openSource(source, {
        kind,
        digital,
        durationMs,
        baseDir: ".",
        random,
        startUnixMs,
        tables,
    })
}

describe.skipIf(!hasData)(`the recordings${reason}`, () => {
    test.each([
        ["gas-meter-raw", 5],
        ["ferraris-raw", 6],
        ["water-magnetometer-raw", 75],
    ])("the true count of %s is %i", (name, count) => {
        const scenario = loadScenario(`scenarios/${name}.json`, { METERBEAT_DATA: dataDir })
        const source = openFirst(scenario)
        expect(source.countBetween(0, (scenario.durationS ?? 0) * 1000)).toBe(count)
    })

    test("five rises above 900 of 1023 are on the gas meter's pin, as its counter says", () => {
        const source = openFirst(
            loadScenario("scenarios/gas-meter-raw.json", { METERBEAT_DATA: dataDir })
        )
        let rises = 0
        let isHigh = false
        for (let atMs = 0; atMs < source.endMs; atMs += 40) {
            const level = source.signalAt(atMs) * 1023
            if (!isHigh && level > 900) rises++
            if (level > 900 || level < 750) isHigh = level > 900
        }
        expect(rises).toBe(5)
    })

    test("a real day's pulses are its energy in Wh within one", () => {
        const source = openFirst(
            loadScenario("scenarios/refit-day.json", { METERBEAT_DATA: dataDir })
        )
        const table = tables.open(join(dataDir, "uk-homes-1min/REFIT_House20_2014-10.csv.gz"))
        const energyWh =
            table
                .numbers("Aggregate", "")
                .subarray(14 * 1440, 15 * 1440)
                .reduce((sum, powerW) => sum + powerW, 0) / 60
        const count = source.countBetween(0, DAY_MS) ?? 0
        expect(Math.abs(count - Math.floor(energyWh))).toBeLessThanOrEqual(1)
        expect(source.notes).toEqual([])
    })

    test("every pulse of the 105,180 water slots is there", () => {
        const source = open(
            {
                type: "pulses",
                file: join(dataDir, "water-pulses-4s/house019_pulses_4s.csv.gz"),
                timeColumn: "local_time",
                timeUnit: "text",
                countColumn: "pulses",
            },
            { kind: "pulse", durationMs: 5 * DAY_MS }
        )
        expect(source.countBetween(0, 5 * DAY_MS)).toBe(29_015)
    })

    test.each([
        ["revolutions_2019-06-04.csv", 524],
        ["revolutions_2019-07-15.csv", 598],
    ])("every revolution of %s is there", (name, count) => {
        const source = open(
            {
                type: "pulses",
                file: join(dataDir, "ferraris-disc-optical", name),
                timeColumn: "epoch_s",
            },
            { durationMs: DAY_MS }
        )
        expect(source.countBetween(0, DAY_MS)).toBe(count)
    })

    test("missing cells of a recorded flow are told", () => {
        const source = open(
            {
                type: "load",
                file: join(dataDir, "flukso-household/water_1min_7houses.csv.gz"),
                timeColumn: "epoch_s",
                valueColumn: "a926_l_per_min",
                valueUnit: "l/min",
            },
            { kind: "pulse", durationMs: DAY_MS }
        )
        expect(source.notes[0]).toMatch(/^Empty cells in column "a926_l_per_min" taken as 0 l\/min/)
    })
})
