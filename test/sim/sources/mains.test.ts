import { describe, expect, test } from "vitest"
import { Random } from "../../../sim/random.js"
import { issueSentence } from "../../../sim/sources/issue-sentence.js"
import { type MainsSource, openMains } from "../../../sim/sources/mains.js"
import { mainsSchema } from "../../../sim/sources/mains-schema.js"
import { Tables } from "../../../sim/sources/table.js"
import { tempFile } from "./open.js"

const TABLES = new Tables()

function open(spec: object, clampA = 50): MainsSource {
    return openMains(mainsSchema.parse({ type: "mains", ...spec }), clampA, {
        durationMs: 3_600_000,
        random: new Random(1),
        startUnixMs: 0,
        label: "x",
        openTable: file => TABLES.open(file),
    })
}

/** Rms of whole cycles of 50 Hz, far finer than the source's own steps. */
function rms(at: (ms: number) => number, fromMs = 0, toMs = 200): number {
    let sum = 0
    for (let ms = fromMs; ms < toMs; ms += 0.01) sum += at(ms) ** 2
    return Math.sqrt((sum * 0.01) / (toMs - fromMs))
}

const HARMONICS = [
    { order: 3, percent: 20 },
    { order: 5, percent: 10 },
]

describe("the pins", () => {
    test("see 1,000 mV rms around 1,650 at 250 V and at the clamp's current", () => {
        const source = open({ voltage: { voltageV: 250 }, current: { currentA: 50 } })
        expect(rms(ms => source.voltageMvAt(ms) - 1650)).toBeCloseTo(1000, 0)
        expect(rms(ms => source.currentMvAt(ms) - 1650)).toBeCloseTo(1000, 0)
        expect(source.currentMvAt(0)).toBeCloseTo(1650, 9)
    })

    test("see no more than the range of the ADC", () => {
        const source = open({ current: { currentA: 120 } })
        const levels = Array.from({ length: 200 }, (_, i) => source.currentMvAt(i / 10))
        expect([Math.min(...levels), Math.max(...levels)]).toEqual([0, 3300])
    })

    test.each([
        ["microseconds", { leadUs: 100 }],
        ["degrees", { leadDeg: 1.8 }],
    ])("see the current ahead by the clamp's lead in %s", (_name, clamp) => {
        const plain = open({ current: { currentA: 10 } })
        const led = open({ current: { currentA: 10 }, clamp })
        expect(led.currentMvAt(3)).toBeCloseTo(plain.currentMvAt(3.1), 6)
        expect(led.currentAt(3)).toBe(plain.currentAt(3))
    })

    test("see a turned clamp's current upside down, and no direct current", () => {
        const current = { powerW: 1000, isHalfWave: true }
        const turned = open({ current, clamp: { isReversed: true } })
        const plain = open({ current })
        expect(turned.currentMvAt(4) - 1650).toBeCloseTo(1650 - plain.currentMvAt(4), 9)
        let sum = 0
        for (let i = 0; i < 2000; i++) sum += plain.currentMvAt(i / 100) - 1650
        expect(sum / 2000).toBeCloseTo(0, 2)
    })
})

describe("the load", () => {
    test.each([
        ["power in phase", { powerW: 1000 }, 1000],
        ["power behind", { powerW: 1000, powerFactor: 0.5 }, 1000],
        ["power ahead", { powerW: 1000, powerFactor: 0.8, isAhead: true }, 1000],
        ["half a wave", { powerW: 1000, isHalfWave: true }, 1000],
        ["a current", { currentA: 10, powerFactor: 0.5 }, 1150],
        [
            "a current with harmonics",
            { currentA: 10, harmonics: HARMONICS },
            2300 / Math.sqrt(1.05),
        ],
        ["power given back", { powerW: -500 }, -500],
    ])("%s takes its true energy", (_name, current, powerW) => {
        const { inWh, outWh } = open({ current }).energyBetween(0, 60_000)
        expect((inWh - outWh) * 60).toBeCloseTo(powerW, 1)
        expect(Math.min(inWh, outWh)).toBe(0)
    })

    test.each([
        { currentA: 10 },
        { currentA: 10, harmonics: HARMONICS },
        { currentA: 10, isHalfWave: true },
    ])("%o has its rms current", current => {
        const source = open({ current })
        expect(rms(ms => source.currentAt(ms))).toBeCloseTo(10, 2)
    })

    test("follows its steps, each with an inrush", () => {
        const steps = [
            { atS: 1, powerW: 1000 },
            { atS: 3, powerW: 0 },
        ]
        expect(open({ current: { steps } }).energyBetween(0, 4000).inWh * 3600).toBeCloseTo(2000, 0)
        const inrush = { factor: 6, decayMs: 100 }
        const rushing = open({ current: { steps, inrush } })
        expect(rushing.energyBetween(0, 4000).inWh * 3600).toBeCloseTo(2000 + 500, -1)
        expect(rushing.energyBetween(3000, 4000).inWh).toBe(0)
    })

    test("dips with the voltage", () => {
        const events = [{ atS: 1, durationMs: 500, toPercent: 40 }]
        const source = open({ voltage: { events }, current: { powerW: 1000 } })
        expect(rms(ms => source.voltageAt(ms), 1000, 1500)).toBeCloseTo(92, 1)
        expect(source.energyBetween(0, 2000).inWh * 3600).toBeCloseTo(1500 + 80, 0)
        expect(source.changesBetween(0, 2000)).toEqual([{ fromMs: 1000, toMs: 1500, level: 0.4 }])
    })

    test("is read from a recording of power, again and again", () => {
        const file = tempFile("load.csv", "t,p\n0,100\n10,300\n20,\n30,0\n")
        const load = { file, timeColumn: "t", valueColumn: "p", repeat: true }
        const source = open({ current: { load } })
        expect(source.energyBetween(0, 40_000).inWh * 3600).toBeCloseTo(4000, -1)
        expect(source.energyBetween(40_000, 50_000).inWh * 3600).toBeCloseTo(1000, -1)
    })
})

test("the frequency drifts by what is asked for and has no jumps", () => {
    const voltage = { frequencyHz: 55, driftHz: 10, driftPeriodS: 100 }
    const source = open({ voltage, current: { currentA: 0 } })
    const hz = Array.from({ length: 100 }, (_, s) => source.frequencyHz(s * 1000, s * 1000 + 1000))
    expect(Math.max(...hz)).toBeCloseTo(65, 1)
    expect(Math.min(...hz)).toBeCloseTo(45, 1)
})

test("random events come as often as asked for, the same whatever was asked before", () => {
    const spec = { voltage: { randomEvents: { perHour: 60 } }, current: { currentA: 0 } }
    const changes = open(spec).changesBetween(0, 10 * 3_600_000)
    expect(changes.length).toBeGreaterThan(540)
    expect(changes.length).toBeLessThan(660)
    const other = open(spec)
    for (let ms = 0; ms < 7_200_000; ms += 1000) other.voltageAt(ms)
    expect(other.changesBetween(0, 10 * 3_600_000)).toEqual(changes)
})

describe("a recording of voltage and current", () => {
    const rows = Array.from({ length: 400 }, (_, i) => {
        const angle = 2 * Math.PI * 49.9 * i * 0.0005
        return `${(i * 0.0005).toFixed(4)},${325 * Math.sin(angle)},${5 * Math.sin(angle - 1)}`
    })
    const recording = {
        file: "",
        timeColumn: "t",
        voltageColumn: "v",
        currentColumn: "i",
        fromS: 0.02,
        toS: 0.12,
    }

    test("is looped over whole cycles, joined at the same phase", () => {
        const file = tempFile("wave.csv", `t,v,i\n${rows.join("\n")}\n`)
        const source = open({ recording: { ...recording, file } })
        expect(source.frequencyHz(0, 1)).toBeCloseTo(49.9, 2)
        const loopMs = 5000 / source.frequencyHz(0, 1)
        for (const ms of [1, loopMs - 1, loopMs + 1, 3 * loopMs])
            expect(source.voltageAt(ms)).toBeCloseTo(325 * Math.sin(2 * Math.PI * 0.0499 * ms), 0)
        const powerW = ((325 * 5) / 2) * Math.cos(1)
        expect(source.energyBetween(0, 600_000).inWh * 6).toBeCloseTo(powerW, 0)
    })

    test("without a whole cycle is refused", () => {
        const file = tempFile("wave.csv", `t,v,i\n${rows.join("\n")}\n`)
        const short = { ...recording, file, fromS: 0.19, toS: 0.2 }
        expect(() => open({ recording: short })).toThrow(
            "x.recording has no whole cycle from 0.19 s to 0.2 s."
        )
    })
})

test.each([
    [{}, "The file takes either current or recording."],
    [{ current: {} }, "current takes one of powerW, currentA, steps and load."],
    [
        { current: { powerW: 1, currentA: 1 } },
        "current takes one of powerW, currentA, steps and load.",
    ],
    [
        { current: { powerW: 1, powerFactor: 0 } },
        "current.powerFactor must be above 0 where power is given.",
    ],
    [{ current: { powerW: 1, powerFactor: 2 } }, "current.powerFactor must be at most 1, not 2."],
    [
        { current: { powerW: 1 }, voltage: { frequencyHz: 30 } },
        "voltage.frequencyHz must be at least 40, not 30.",
    ],
    [
        { current: { powerW: 1 }, clamp: { leadUs: 1, leadDeg: 1 } },
        "clamp takes either leadUs or leadDeg.",
    ],
    [
        {
            current: {
                steps: [
                    { atS: 1, powerW: 1 },
                    { atS: 1, powerW: 2 },
                ],
            },
        },
        "current.steps[1].atS must be after the step before it.",
    ],
])("%o is refused with one sentence", (spec, sentence) => {
    const input = { type: "mains", ...spec }
    const result = mainsSchema.safeParse(input)
    if (result.success) throw new Error("It was taken.")
    expect(issueSentence(result.error, input)).toBe(sentence)
})
