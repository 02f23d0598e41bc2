import { resolve } from "node:path"
import { describe, expect, test } from "vitest"
import { measureRecording, RECORDINGS } from "../../cli/measure/recordings.js"
import { hasRecordings } from "../sim/recordings.js"

const dataDir = resolve(process.env["METERBEAT_DATA"] ?? "../shared/data")
const TRUTH: Record<string, [number, number]> = {
    "gas meter's digit": [5, 5],
    "Ferraris disc": [6, 6],
    "water meter's magnet": [75, 75],
    "water meter's magnet, steady": [57, 59],
    "water pulses of a house": [29_015, 29_015],
    "revolutions of 20 hours": [524, 524],
    "revolutions of 24 hours": [598, 598],
}

describe.skipIf(!hasRecordings)("recordings whose truth is known, by kind and at defaults", () => {
    test.each(RECORDINGS)("$name", recording => {
        const { counted, expected } = measureRecording(recording, dataDir)
        expect(expected).toEqual(TRUTH[recording.name])
        expect(counted).toBeGreaterThanOrEqual(TRUTH[recording.name][0])
        expect(counted).toBeLessThanOrEqual(TRUTH[recording.name][1])
    })
})

test("a recording that is not there has no figures", () => {
    const row = measureRecording(RECORDINGS[0], "/nowhere")
    expect(row).toMatchObject({ kind: "disc", rateHz: 25, expected: undefined, counted: undefined })
})
