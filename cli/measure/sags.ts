import { Random } from "../../sim/random.js"
import {
    EVENT_SAG,
    EVENT_SWELL,
    type VoltageEvent,
    VoltageWatch,
} from "../../src/measure/voltage-watch.js"
import { calibratedOptions } from "./calibrate-bench.js"
import { MainsBench, mainsSpec } from "./mains-bench.js"

const DECLARED_V = 230
/** Lowest or highest voltage of the events, in percent. */
export const LEVELS_PERCENT = [0, 40, 70, 115, 120]
export const DURATIONS_CYCLES = [0.5, 1, 1.5, 2, 3, 4, 5, 7, 10, 20, 50]
const FIRST_S = 10
const APART_S = 3

/** Events of one level and length. */
export interface SagResult {
    toPercent: number
    cycles: number
    injected: number
    /** Of those, found exactly once. */
    found: number
    /** Reported beside those. */
    invented: number
    /** Worst errors of what was found: in cycles, and in percent of the declared voltage. */
    worstDurationCycles: number
    worstResidualPercent: number
}

/** `count` events at random times, on one chip. */
export function runSags(
    toPercent: number,
    cycles: number,
    count: number,
    chip: number,
    frequencyHz = 50
): SagResult {
    const random = new Random(chip).fork(`${toPercent} ${cycles}`)
    const durationMs = (cycles * 1000) / frequencyHz
    const events = Array.from({ length: count }, (_, i) => {
        return { atS: FIRST_S + i * APART_S + random.next(), durationMs, toPercent }
    })
    const found = watch({ frequencyHz, events }, FIRST_S + (count + 1) * APART_S, chip)
    const result: SagResult = {
        toPercent,
        cycles,
        injected: count,
        found: 0,
        invented: 0,
        worstDurationCycles: 0,
        worstResidualPercent: 0,
    }
    const code = toPercent < 100 ? EVENT_SAG : EVENT_SWELL
    for (const { atS } of events) {
        const own = found.filter(({ beganMs }) => Math.abs(beganMs - atS * 1000) < APART_S * 300)
        const [first] = own
        if (own.length === 1 && first.code === code) {
            result.found++
            const durationError = ((first.durationMs - durationMs) * frequencyHz) / 1000
            const residualError = first.valueCv / DECLARED_V - toPercent
            result.worstDurationCycles = worse(result.worstDurationCycles, durationError)
            result.worstResidualPercent = worse(result.worstResidualPercent, residualError)
        }
    }
    result.invented = found.length - result.found
    return result
}

/** Events seen in a time in which nothing but noise happens. */
export function inventedIn(seconds: number, chip: number): number {
    return watch({ frequencyHz: 50, events: [] }, seconds, chip).length
}

function worse(worst: number, error: number): number {
    return Math.abs(error) > Math.abs(worst) ? error : worst
}

function watch(voltage: object, seconds: number, chip: number): VoltageEvent[] {
    const options = calibratedOptions(chip)
    const spec = mainsSpec({ voltage, current: { currentA: 0 } })
    const bench = new MainsBench(spec, options, chip)
    const watching = new VoltageWatch({
        declaredV: DECLARED_V,
        voltageGain: options.voltageGain,
        sagPercent: 90,
        swellPercent: 110,
    })
    const found: VoltageEvent[] = []
    while (bench.nowMs < seconds * 1000) {
        bench.runVoltageBurst(watching.isOpen, burst => {
            const event = watching.addBurst(
                bench.clock,
                burst.startMs,
                burst.voltage,
                burst.samples
            )
            if (event) found.push(event)
        })
    }
    return found
}
