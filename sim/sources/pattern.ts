import type { Random } from "../random.js"
import type { PulseStream } from "./event-times.js"
import { PULSES_PER_MS, pulsesOfFlow } from "./flow.js"
import { daysOf, type Habit } from "./habits.js"
import type { OpenContext } from "./source.js"
import type { PatternSpec } from "./source-schema.js"

const HOUR_MS = 3_600_000
const FRIDGE_W = 85

const ELECTRICITY: Habit[] = [
    { hours: [6, 8.5], times: [1, 3], minutes: [2, 4], rate: [1900, 2300] }, // kettle, breakfast
    { hours: [6.5, 8.5], times: [1, 2], minutes: [2, 4], rate: [800, 1000] }, // toaster
    { hours: [6, 7.5], times: [2, 3], minutes: [20, 60], rate: [40, 90] }, // lights, morning
    { hours: [9, 16], times: [0, 3], minutes: [2, 5], rate: [1000, 2200] }, // kettle, microwave
    { hours: [9, 18], times: [0, 1], minutes: [15, 20], rate: [1900, 2100] }, // washing, heating up
    { hours: [9, 18], times: [0, 1], minutes: [50, 80], rate: [120, 300] }, // washing, turning
    { hours: [17.5, 19], times: [2, 4], minutes: [8, 25], rate: [900, 1600] }, // hob
    { hours: [17.5, 19], times: [2, 8], minutes: [1, 4], rate: [2000, 2400] }, // oven's thermostat
    { hours: [17, 18.5], times: [2, 4], minutes: [180, 300], rate: [40, 90] }, // lights, evening
    { hours: [18.5, 20], times: [1, 2], minutes: [120, 200], rate: [70, 130] }, // television
    { hours: [19.5, 21], times: [0, 1], minutes: [15, 25], rate: [1800, 2100] }, // dishwasher
]

/** Rates in ml/min. */
const WATER: Habit[] = [
    { hours: [6, 8.5], times: [1, 3], minutes: [4, 8], rate: [7000, 10000] }, // shower
    { hours: [5.5, 9], times: [3, 6], minutes: [0.8, 1.2], rate: [6000, 7000] }, // toilet, morning
    { hours: [9, 23.5], times: [5, 10], minutes: [0.8, 1.2], rate: [6000, 7000] }, // toilet
    { hours: [6, 23], times: [20, 45], minutes: [0.2, 1.5], rate: [2000, 6000] }, // tap
    { hours: [9, 18], times: [0, 4], minutes: [1.5, 2.5], rate: [8000, 10000] }, // washing machine
    { hours: [19, 22], times: [0, 1], minutes: [6, 12], rate: [9000, 12000] }, // bath
]

export type PulsePatternSpec = Exclude<PatternSpec, { model: "blinkiki" }>

/** Pulses of a model instead of a recording. */
export function patternPulses(spec: PulsePatternSpec, context: OpenContext): PulseStream {
    const { random, startUnixMs } = context
    switch (spec.model) {
        case "constant": {
            const perMs = spec.powerW * spec.pulsesPerKwh * PULSES_PER_MS.W
            if (perMs === 0) return { times: [].values(), isEndless: false, notes: [] }
            return endless(evenly(1 / perMs, 1 / perMs))
        }
        case "train":
            return endless(evenly(spec.offMs, spec.onMs + spec.offMs))
        case "turns":
            return endless(evenly(spec.everyMs, spec.everyMs))
        case "rest":
            return endless(restingly(spec.turnMs, spec.turns, spec.restS * 1000))
        case "random":
            return endless(randomly(HOUR_MS / spec.meanPerHour, spec.minGapMs, random))
        case "household": {
            const background = { baseW: spec.baseW, fridgeW: FRIDGE_W }
            const scale = spec.pulsesPerKwh * PULSES_PER_MS.W
            const days = daysOf(ELECTRICITY, background, scale, startUnixMs, random)
            return endless(pulsesOfFlow(days))
        }
        case "water": {
            const scale = (spec.pulsesPerLitre * PULSES_PER_MS["l/min"]) / 1000
            const days = daysOf(WATER, { baseW: 0, fridgeW: 0 }, scale, startUnixMs, random)
            return endless(pulsesOfFlow(days))
        }
    }
}

function endless(times: Iterator<number>): PulseStream {
    return { times, isEndless: true, notes: [] }
}

function* evenly(firstMs: number, periodMs: number): Generator<number, undefined> {
    for (let i = 0; ; i++) yield firstMs + i * periodMs
}

/** So many turns, then a rest right at the pulse that the last of them ends with. */
function* restingly(turnMs: number, turns: number, restMs: number): Generator<number, undefined> {
    let atMs = turnMs
    for (;;) {
        for (let i = 0; i < turns; i++) {
            yield atMs
            atMs += turnMs
        }
        atMs += restMs
    }
}

/** Gaps of `minGapMs` and an exponentially distributed rest: the mean is `meanMs`. */
function* randomly(meanMs: number, minGapMs: number, random: Random): Generator<number, undefined> {
    let atMs = 0
    for (;;) {
        atMs += minGapMs - (meanMs - minGapMs) * Math.log(1 - random.next())
        yield atMs
    }
}
