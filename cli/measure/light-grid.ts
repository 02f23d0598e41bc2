import { Random } from "../../sim/random.js"
import { POOR_QUALITY } from "../../src/measure/detector.js"
import { LIGHT_DEFAULTS } from "../../src/measure/detector-defaults.js"
import { LightDetector } from "../../src/measure/light-detector.js"
import { BlinkikiRule } from "./blinkiki-rule.js"
import { Judge, type Score, slotTruths } from "./light-score.js"
import {
    type Ambient,
    LIGHT_FULL_SCALE_MV,
    type LightConditions,
    LightSignal,
    type NoiseShape,
    SAMPLE_MS,
    SLOT_MS,
} from "./light-signal.js"

const CONTRASTS = [1.3, 1.5, 2, 3, 5, 10, 20]
export const NOISES = [0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25]
export const AMBIENTS: Ambient[] = ["steady", "ramp", "flicker"]
export const FLASH_MS = [25, 40, 70, 100]
const RATES_PER_HOUR = [1, 60, 3600, 28_800]
const FAST_CONTRASTS = [1.3, 3, 20]
const HOURLY_MS = 7_200_000
const BUSY_MS = 420_000

/** One cell of the grid: what was true, and how both rules did. */
export interface LightCell {
    conditions: LightConditions
    trueCount: number
    ours: Score
    /** blinkiki's rule at its defaults, which never says that it may be wrong. */
    blinkiki: Score
}

export interface LightGridOptions {
    seed: number
    conditions: LightConditions[]
}

/** Every combination of the grid's conditions, with noise of one shape. */
export function lightConditions(noiseShape: NoiseShape): LightConditions[] {
    return CONTRASTS.flatMap(contrast =>
        NOISES.flatMap(noise =>
            AMBIENTS.flatMap(ambient =>
                FLASH_MS.flatMap(flashMs =>
                    RATES_PER_HOUR.map(flashesPerHour => ({
                        contrast,
                        noiseShape,
                        noise,
                        ambient,
                        flashMs,
                        flashesPerHour,
                        durationMs: flashesPerHour > 1 ? BUSY_MS : HOURLY_MS,
                    }))
                )
            )
        )
    )
}

/** The same without contrast and daylight, for what depends on neither. */
export function plainLightConditions(noiseShape: NoiseShape): LightConditions[] {
    return lightConditions(noiseShape).filter(
        ({ contrast, ambient }) => contrast === CONTRASTS[0] && ambient === "steady"
    )
}

/** A slice of the grid that runs in a few seconds: no hours of waiting, three contrasts. */
export function fastLightConditions(noiseShape: NoiseShape): LightConditions[] {
    return lightConditions(noiseShape).filter(
        ({ contrast, flashesPerHour }) => flashesPerHour > 1 && FAST_CONTRASTS.includes(contrast)
    )
}

export function lightGrid(options: LightGridOptions): LightCell[] {
    const random = new Random(options.seed)
    return options.conditions.map(conditions =>
        runCell(conditions, random.fork(JSON.stringify(conditions)))
    )
}

function runCell(conditions: LightConditions, random: Random): LightCell {
    const signal = new LightSignal(conditions, random)
    const slots = Math.floor(conditions.durationMs / SLOT_MS)
    const endsMs = signal.flashBeginsMs.map(ms => ms + conditions.flashMs)
    const truths = slotTruths(endsMs, SLOT_MS, slots)
    const detector = new LightDetector(LIGHT_DEFAULTS)
    const ours = new Judge()
    const blinkiki = new Judge()
    const rule = new BoardRule()
    // what is left of a flash below saturation: half of it, and four times the noise as in the worst cell
    const leastMv = signal.heightMv * Math.max(0.5, 4 * conditions.noise)
    const blindMv = LIGHT_FULL_SCALE_MV - leastMv
    let atMs = 0
    for (const truth of truths) {
        let counted = 0
        for (const endMs = atMs + SLOT_MS; atMs < endMs; atMs += SAMPLE_MS) {
            const idleMv = signal.idleAt(atMs)
            if (idleMv > blindMv) truth.isBlind = true
            const mv = signal.readMv(atMs, idleMv)
            if (detector.add(mv, atMs) !== undefined) counted++
            rule.add(mv, atMs)
        }
        ours.addSlot(counted, detector.takeQuality() < POOR_QUALITY, truth)
        blinkiki.addSlot(rule.take(), false, truth)
    }
    return {
        conditions,
        trueCount: signal.flashBeginsMs.length,
        ours: ours.score,
        blinkiki: blinkiki.score,
    }
}

/** blinkiki's rule, fed as a board with a 10 ms clock feeds it: after 20 and 30 ms in turn. */
class BoardRule {
    private readonly rule = new BlinkikiRule()
    private counted = 0

    add(mv: number, atMs: number): void {
        const inPairMs = atMs % 50
        if (inPairMs === 0 || inPairMs === 20) this.counted += this.rule.add(mv)
    }

    take(): number {
        const counted = this.counted
        this.counted = 0
        return counted
    }
}
