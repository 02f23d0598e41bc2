import type { LightEvent } from "./light-event.js"
import { FULL_SCALE_MV, type LightLevel } from "./light-level.js"

/** Verdicts on an event, besides how doubtful they are. */
const IS_NOISE = 0
/** Stands out, and is no flash. */
export const IS_REFUSED = 1
export const IS_FLASH = 2

export interface LightOptions {
    /** A flash that does not reach this much is darkness. */
    minThresholdMv: number
    /** Idle light above this is taken for saturation. */
    maxThresholdMv: number
    /** Least level of a flash, in percent of the idle light. */
    minRatioPercent: number
    /** A light that stays on for longer is no flash. */
    longestMs: number
}

const GRID_MS = 10
/** Heights and areas below are in standard deviations of the noise. */
const LEAST_HEIGHT = 2.5
const LEAST_FIRST = 6.2
const LEAST_FIRST_EARLY = 11
const SURE_FIRST = 7
const NEAR_FIRST = 4.3
const LEAST_RARE = 5.8
const LEAST_BUSY = 3.8
const SURE = 6.2
const BUSY_INTERVAL_MS = 5000
const OTHERS_TO_LEARN = 6

/** The meter's flash as learned so far, and what it says of each event. */
export class LightFlash {
    /** 0 while it is unknown. */
    heightMv = 0
    /** The last event may have been judged wrongly. */
    isDoubtful = false
    endedMs = -1e9
    /** From the last flash but one to the last. */
    intervalMs = 1e9
    /** Length in samples. */
    private units = 2
    /** Shortest dark time of late, in samples. */
    private gapUnits = 5
    /** Events of another height since the last flash. */
    private others = 0

    constructor(private readonly options: LightOptions) {}

    /** Least samples of a flash: its edges lie anywhere between two. */
    leastUnits(): number {
        return this.units > 2.5 ? this.units - 0.5 : 2
    }

    /** Height of a flash over the noise, both summed over its length: 7.4 is just enough to count. */
    clarity(level: LightLevel): number {
        const headMv = FULL_SCALE_MV - level.baseMv
        const fullMv = Math.min(headMv, this.heightMv)
        return (Math.sqrt(this.leastUnits()) * fullMv) / level.sigmaMv()
    }

    /** Least height above the base that opens an event. */
    gateMv(level: LightLevel): number {
        const sigmaMv = level.sigmaMv()
        if (this.heightMv === 0) return 2 * sigmaMv
        const headMv = FULL_SCALE_MV - level.baseMv
        const fullMv = Math.min(headMv, this.heightMv)
        let gateMv = 2.5 * sigmaMv
        if (gateMv > fullMv / 2) gateMv = fullMv / 2
        if (gateMv < fullMv / 8) gateMv = fullMv / 8
        return Math.max(gateMv, sigmaMv)
    }

    /** How much an event of so many samples has to lose to be over: little when it is due. */
    dropPart(units: number): number {
        if (this.heightMv === 0) return 1
        if (units < 0.75 * this.units) return 1.2
        return 0.2 * Math.min(this.gapUnits, 6)
    }

    /** Judges an event that is over; learns from a flash. */
    judge(event: LightEvent, level: LightLevel, isEarly: boolean): number {
        this.isDoubtful = false
        const sigmaMv = level.sigmaMv()
        const isBlind = this.isBlindAt(level.baseMv)
        if (isBlind || (this.heightMv === 0 && FULL_SCALE_MV - level.baseMv < 4 * sigmaMv)) {
            this.isDoubtful = true
            return IS_NOISE
        }
        if (this.heightMv === 0) return this.judgeFirst(event, level, sigmaMv, isEarly)
        return this.judgeKnown(event, level, sigmaMv)
    }

    /** No flash can have the least ratio below saturation. */
    isBlindAt(baseMv: number): boolean {
        return baseMv * this.options.minRatioPercent > FULL_SCALE_MV * 100
    }

    forget(): void {
        this.heightMv = 0
    }

    private judgeFirst(event: LightEvent, level: LightLevel, sigmaMv: number, isEarly: boolean) {
        const units = event.bestUnits
        const heightMv = event.bestArea / units
        const clarity = event.bestArea / (sigmaMv * Math.sqrt(units))
        // early the noise is not well known
        const least = isEarly ? LEAST_FIRST_EARLY : LEAST_FIRST
        // one sample alone may be a glitch
        if (units < 2) this.isDoubtful = clarity >= SURE_FIRST
        else this.isDoubtful = clarity > NEAR_FIRST && clarity < least + 1
        if (clarity < least || (units < 2 && clarity < SURE_FIRST)) return IS_NOISE
        if (heightMv < LEAST_HEIGHT * sigmaMv || !this.isAllowed(heightMv, level)) {
            this.isDoubtful = true
            return IS_REFUSED
        }
        if (clarity > SURE_FIRST || event.beganMs - this.endedMs < 120_000) {
            this.heightMv = heightMv
            this.units = units
            this.learn(event, heightMv, level)
        } else this.endedMs = event.bestMs
        return IS_FLASH
    }

    private judgeKnown(event: LightEvent, level: LightLevel, sigmaMv: number): number {
        const units = event.bestUnits
        const area = event.bestArea
        const headMv = FULL_SCALE_MV - level.baseMv
        const least = this.leastUnits()
        const noise = sigmaMv * Math.sqrt(least)
        const whole = least * Math.min(headMv, this.heightMv)
        const isBusy =
            this.intervalMs < BUSY_INTERVAL_MS &&
            event.beganMs - this.endedMs < 2 * BUSY_INTERVAL_MS
        const needed = Math.max(0.5 * whole, (isBusy ? LEAST_BUSY : LEAST_RARE) * noise)
        if (area < needed) {
            this.isDoubtful = area > nearMiss(whole, noise)
            return this.isDoubtful ? IS_NOISE : this.judgeOther(event, sigmaMv)
        }
        const heightMv = area / units
        if (!this.isAllowed(Math.max(heightMv, this.heightMv), level)) {
            this.isDoubtful = true
            return IS_REFUSED
        }
        // two flashes that have run together are too long for one
        this.isDoubtful = area < Math.max(0.6 * whole, SURE * noise) || units > 1.3 * this.units + 2
        this.learn(event, heightMv, level)
        return IS_FLASH
    }

    /** An event of another height: a disturbance, or the flash itself after the sensor was moved. */
    private judgeOther(event: LightEvent, sigmaMv: number): number {
        const units = event.bestUnits
        const heightMv = event.bestArea / units
        const clarity = event.bestArea / (sigmaMv * Math.sqrt(units))
        if (units < 2 || heightMv < LEAST_HEIGHT * sigmaMv || clarity < SURE_FIRST) return IS_NOISE
        this.isDoubtful = true
        this.others++
        if (this.others < OTHERS_TO_LEARN) return IS_REFUSED
        this.heightMv = heightMv
        this.units = units
        this.others = 0
        return IS_REFUSED
    }

    private learn(event: LightEvent, heightMv: number, level: LightLevel): void {
        const gapMs = event.beganMs - this.endedMs
        this.intervalMs = gapMs
        this.endedMs = event.bestMs
        this.others = 0
        let gap = gapMs / GRID_MS - 1
        if (gap > 8) gap = 8
        if (gap < 1) gap = 1
        if (gap < this.gapUnits) this.gapUnits = gap
        else this.gapUnits += (gap - this.gapUnits) / (gapMs > 500 ? 8 : 64)
        const knownMv = this.heightMv
        let moreMv = heightMv - knownMv
        if (moreMv > knownMv) moreMv = knownMv
        if (moreMv > 0) this.heightMv = knownMv + moreMv / 8
        // a flash that saturates tells neither height nor length
        if (level.baseMv + knownMv > FULL_SCALE_MV) return
        if (moreMv < 0) this.heightMv = knownMv + moreMv / 8
        const units = event.bestUnits
        // daylight that moved on while the flash hid it
        level.creep((moreMv * Math.min(units, 10)) / 2)
        this.units += (units - this.units) / 8
    }

    private isAllowed(heightMv: number, level: LightLevel): boolean {
        const options = this.options
        const flashMv = level.baseMv + heightMv
        return (
            flashMv * 100 >= level.baseMv * options.minRatioPercent &&
            flashMv >= options.minThresholdMv &&
            level.baseMv <= options.maxThresholdMv
        )
    }
}

/** Area above which an event that was refused may have been a flash. */
function nearMiss(whole: number, noise: number): number {
    let near = Math.max(0.4 * whole, 4.4 * noise)
    if (near > whole - 4.6 * noise) near = whole - 4.6 * noise
    return Math.max(near, 3.3 * noise)
}
