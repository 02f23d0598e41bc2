import { type ChipRow, chipRows } from "./measure/chip.js"
import { classOnePoints, idleEnergy, runClassOne } from "./measure/class-one.js"
import { leastMarkedPercent } from "./measure/light-bound.js"
import {
    AMBIENTS,
    FLASH_MS,
    lightConditions,
    lightGrid,
    NOISES,
    plainLightConditions,
} from "./measure/light-grid.js"
import type { NoiseShape } from "./measure/light-signal.js"
import { type LightSummary, summarizeLight } from "./measure/light-summary.js"
import { APPLIANCES, runRecorded } from "./measure/recorded-mains.js"
import { measureRecording, RECORDINGS } from "./measure/recordings.js"
import {
    DURATIONS_CYCLES,
    inventedIn,
    LEVELS_PERCENT,
    runSags,
    type SagResult,
} from "./measure/sags.js"
import { startProgress } from "./progress.js"

const DAY_S = 86_400
const CHIPS = [1, 2, 3]
const EVENTS_PER_CELL = 20
/** Not one that the detector was made with. */
const LIGHT_SEED = 301
const SILENT_PER_MILLION = [0.01, 0.1, 1, 10]

export interface BenchMeasureOptions {
    /** Folder of recordings; without one, models alone. */
    data?: string
    json: boolean
}

/** `meterbeat bench measure`: how well everything is counted and measured, by recording and model. */
export async function benchMeasure(options: BenchMeasureOptions): Promise<void> {
    const dataDir = options.data ?? process.env["METERBEAT_DATA"]
    const parts = partsOf(dataDir)
    const progress = startProgress("measured", parts.length, "parts")
    const result: Record<string, unknown> = {}
    for (const [at, { name, run }] of parts.entries()) {
        result[name] = await run()
        progress.update(at + 1)
    }
    progress.stop()
    if (options.json) console.log(JSON.stringify(result))
    else print(result)
}

interface Part {
    name: string
    run: () => unknown
}

function partsOf(dataDir: string | undefined): Part[] {
    const recorded: Part[] =
        dataDir === undefined
            ? []
            : [
                  { name: "recordings", run: () => recordingRows(dataDir) },
                  { name: "recordedMains", run: () => recordedMainsRows(dataDir) },
              ]
    return [
        ...recorded,
        { name: "light", run: () => lightRows("even") },
        { name: "lightNormalNoise", run: () => lightRows("normal") },
        { name: "lightBound", run: () => lightBoundRows() },
        { name: "classOne", run: () => classOneRows() },
        { name: "noLoad", run: () => ({ seconds: DAY_S, energyMwh: idleEnergy(DAY_S, 1) / 10 }) },
        { name: "sags", run: () => sagRows() },
        { name: "inventedEventsInADay", run: () => inventedIn(DAY_S, 1) },
        { name: "chip", run: async () => (await chipRows()).map(chipRow) },
    ]
}

function recordingRows(dataDir: string) {
    return RECORDINGS.map(recording => {
        const { expected, ...row } = measureRecording(recording, dataDir)
        const [least, most] = expected ?? [undefined, undefined]
        const isExact = row.counted !== undefined && least !== undefined && most !== undefined
        return {
            ...row,
            expected: least === most ? least : expected,
            error: isExact ? errorOf(row.counted ?? 0, least ?? 0, most ?? 0) : undefined,
        }
    })
}

/** How far a count is outside what it may be. */
function errorOf(counted: number, least: number, most: number): number {
    return counted < least ? counted - least : Math.max(0, counted - most)
}

function recordedMainsRows(dataDir: string) {
    return APPLIANCES.map(appliance => runRecorded(appliance, dataDir, 1))
}

interface LightRow extends LightSummary {
    noise: number
    ambient: string
    flashMs: number
}

/** Where counting is exact and where not: the whole grid, and each noise, ambient and flash length. */
function lightRows(noiseShape: NoiseShape): { summary: LightSummary; rows: LightRow[] } {
    const cells = lightGrid({ seed: LIGHT_SEED, conditions: lightConditions(noiseShape) })
    const rows = NOISES.flatMap(noise =>
        AMBIENTS.flatMap(ambient =>
            FLASH_MS.map(flashMs => {
                const own = cells.filter(
                    ({ conditions }) =>
                        conditions.noise === noise &&
                        conditions.ambient === ambient &&
                        conditions.flashMs === flashMs
                )
                return { noise, ambient, flashMs, ...summarizeLight(own) }
            })
        )
    )
    return { summary: summarizeLight(cells), rows }
}

/** What nobody can do better than under normal noise: in the whole grid, and at its largest noises. */
function lightBoundRows() {
    const conditions = plainLightConditions("normal")
    const markedPercent = (silentPerMillion: number, noise?: number) =>
        leastMarkedPercent(
            conditions.filter(own => noise === undefined || own.noise === noise),
            silentPerMillion
        )
    return SILENT_PER_MILLION.map(silentPerMillion => ({
        silentPerMillion,
        leastMarkedPercent: markedPercent(silentPerMillion),
        leastMarkedPercentAtFifth: markedPercent(silentPerMillion, 0.2),
        leastMarkedPercentAtQuarter: markedPercent(silentPerMillion, 0.25),
    }))
}

interface ClassRow {
    powerFactor: string
    currentPercent: number
    limitPercent: number | undefined
    points: number
    withinLimits: number
    worstEnergyPercent: number
    worstVoltagePercent: number
    worstCurrentPercent: number
    worstFrequencyHz: number
}

/** Each current and power factor over all chips, frequencies, voltages, with and without harmonics. */
function classOneRows(): ClassRow[] {
    const points = classOnePoints()
    const rows = new Map<string, ClassRow>()
    for (const chip of CHIPS)
        for (const [at, result] of runClassOne(points, chip).entries()) {
            const { factorName, sharePercent, limitPercent } = points[at]
            const key = `${factorName} ${sharePercent}`
            const row = rows.get(key) ?? emptyRow(factorName, sharePercent, limitPercent)
            rows.set(key, row)
            row.points++
            if (result.isWithin) row.withinLimits++
            row.worstEnergyPercent = worse(row.worstEnergyPercent, result.energyPercent)
            row.worstVoltagePercent = worse(row.worstVoltagePercent, result.voltagePercent)
            row.worstCurrentPercent = worse(row.worstCurrentPercent, result.currentPercent)
            row.worstFrequencyHz = worse(row.worstFrequencyHz, result.frequencyHz)
        }
    return [...rows.values()]
}

function emptyRow(
    powerFactor: string,
    currentPercent: number,
    limitPercent: number | undefined
): ClassRow {
    return {
        powerFactor,
        currentPercent,
        limitPercent,
        points: 0,
        withinLimits: 0,
        worstEnergyPercent: 0,
        worstVoltagePercent: 0,
        worstCurrentPercent: 0,
        worstFrequencyHz: 0,
    }
}

function worse(worst: number, error: number): number {
    return Math.abs(error) > Math.abs(worst) ? error : worst
}

function sagRows(): SagResult[] {
    return LEVELS_PERCENT.flatMap(toPercent =>
        DURATIONS_CYCLES.map(cycles => runSags(toPercent, cycles, EVENTS_PER_CELL, 1))
    )
}

function chipRow(row: ChipRow) {
    return { ...row, isWithin: Math.abs(row.errorPercent) <= row.limitPercent }
}

function print(result: Record<string, unknown>): void {
    for (const [name, rows] of Object.entries(result)) {
        console.log(name)
        if (Array.isArray(rows)) console.table(rows)
        else if (name === "light" || name === "lightNormalNoise")
            printLight(rows as ReturnType<typeof lightRows>)
        else console.log(rows)
    }
}

function printLight({ summary, rows }: ReturnType<typeof lightRows>): void {
    console.log(summary)
    console.table(
        rows.map(row => ({
            noise: row.noise,
            ambient: row.ambient,
            flashMs: row.flashMs,
            cells: row.cells,
            exact: row.exactCells,
            blinkikiExact: row.blinkikiExactCells,
            wrongSlots: row.wrongSlots,
            silentSlots: row.silentSlots,
            flaggedRightPercent: Math.round(row.flaggedRightPercent * 100) / 100,
        }))
    )
}
