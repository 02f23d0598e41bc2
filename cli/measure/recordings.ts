import { existsSync } from "node:fs"
import { join } from "node:path"
import { Random } from "../../sim/random.js"
import { openSource, type Source } from "../../sim/sources/source.js"
import { sourceSchema } from "../../sim/sources/source-schema.js"
import { Tables } from "../../sim/sources/table.js"
import { ContactDetector } from "../../src/measure/contact-detector.js"
import type { Detector } from "../../src/measure/detector.js"
import { DISC_DEFAULTS, PULSE_DEFAULTS } from "../../src/measure/detector-defaults.js"
import { DiscDetector } from "../../src/measure/disc-detector.js"
import { MagnetDetector } from "../../src/measure/magnet-detector.js"

const GRID_MS = 10
const FULL_SCALE_MV = 3300
const LONGEST_MS = 100 * 86_400_000
/** So that a log's first row is no pulse at the moment of boot. */
const LEAD_S = 10

type RecordingKind = "disc" | "magnet" | "pulse"

interface Recording {
    name: string
    file: string
    kind: RecordingKind
    /** Fewest and most pulses that are right, where the file itself does not tell. */
    expected?: [number, number]
    /** Settings of the source besides its file. */
    source: Record<string, unknown>
}

/** What a detector with the default settings of its kind makes of a recording whose truth is known. */
export interface RecordingRow {
    name: string
    file: string
    kind: RecordingKind
    /** Rows per second; undefined for a file with times of its own. */
    rateHz: number | undefined
    /** What stands for 3,300 mV; undefined where pulses are played, not values. */
    fullScale: number | undefined
    isInverted: boolean
    /** Fewest and most pulses that are right; undefined, as `counted`, when the file is not there. */
    expected: [number, number] | undefined
    counted: number | undefined
}

const HUNDRED_ROWS = { type: "adc", rateHz: 100 }
const REVOLUTIONS = { type: "pulses", timeColumn: "epoch_s" }

/** By kind and not by file: no detector has a setting of its own here. */
export const RECORDINGS: Recording[] = [
    {
        name: "gas meter's digit",
        file: "gas-meter-optical/raw_adc.csv",
        kind: "disc",
        source: {
            type: "adc",
            column: "adc",
            rateHz: 25,
            fullScale: 1023,
            truth: { counterColumn: "volume_m3", counterStep: 0.01 },
        },
    },
    {
        name: "Ferraris disc",
        file: "ferraris-disc-optical/raw_adc_100s.csv",
        kind: "disc",
        expected: [6, 6],
        source: {
            type: "adc",
            column: "adc",
            timeColumn: "t_ms",
            timeUnit: "ms",
            fullScale: 1023,
        },
    },
    {
        name: "water meter's magnet",
        file: "water-meter-magnetometer/raw_magnetometer_xyz.csv",
        kind: "magnet",
        expected: [75, 75],
        source: { ...HUNDRED_ROWS, column: "X_Axis", offset: 128, fullScale: 255 },
    },
    {
        name: "water meter's magnet, steady",
        file: "water-meter-magnetometer/ConstRate_X.csv",
        kind: "magnet",
        expected: [57, 59],
        source: { ...HUNDRED_ROWS, column: "x_gauss", offset: 4, fullScale: 8 },
    },
    {
        name: "water pulses of a house",
        file: "water-pulses-4s/house019_pulses_4s.csv.gz",
        kind: "pulse",
        source: {
            type: "pulses",
            timeColumn: "local_time",
            timeUnit: "text",
            countColumn: "pulses",
        },
    },
    {
        name: "revolutions of 20 hours",
        file: "ferraris-disc-optical/revolutions_2019-06-04.csv",
        kind: "disc",
        source: REVOLUTIONS,
    },
    {
        name: "revolutions of 24 hours",
        file: "ferraris-disc-optical/revolutions_2019-07-15.csv",
        kind: "disc",
        source: REVOLUTIONS,
    },
]

/** Runs one recording through its detector, on the 10 ms grid of the firmware. */
export function measureRecording(recording: Recording, dataDir: string): RecordingRow {
    const { name, file, kind, source: settings } = recording
    const row: RecordingRow = {
        name,
        file,
        kind,
        rateHz: settings["rateHz"] as number | undefined,
        fullScale: settings["fullScale"] as number | undefined,
        isInverted: settings["inverted"] === true,
        expected: undefined,
        counted: undefined,
    }
    const path = join(dataDir, file)
    if (!existsSync(path)) return row
    const source = openRecording(recording, path)
    const truth = source.countBetween(0, source.endMs) ?? 0
    row.expected = recording.expected ?? [truth, truth]
    row.counted = countPulses(detectorOf(kind), source, kind === "pulse" ? 1 : FULL_SCALE_MV)
    return row
}

function openRecording({ kind, source: settings }: Recording, path: string): Source {
    const tables = new Tables()
    const spec = sourceSchema.parse({ ...settings, file: path })
    if (spec.type === "pulses" && spec.timeUnit === "s")
        spec.from = tables.open(path).timesMs(spec.timeColumn, "s", "")[0] / 1000 - LEAD_S
    return openSource(spec, {
        kind,
        durationMs: LONGEST_MS,
        baseDir: ".",
        random: new Random(1),
        startUnixMs: 0,
        tables,
    })
}

function detectorOf(kind: RecordingKind): Detector {
    if (kind === "disc") return new DiscDetector(DISC_DEFAULTS)
    return kind === "magnet" ? new MagnetDetector() : new ContactDetector(PULSE_DEFAULTS)
}

/** Plays a source to its end, and a second on, so that what has begun may be told. */
function countPulses(detector: Detector, source: Source, scale: number): number {
    let counted = 0
    for (let atMs = 0; atMs < source.endMs + 1000; atMs += GRID_MS)
        if (detector.add(source.signalAt(atMs) * scale, atMs) !== undefined) counted++
    return counted
}
