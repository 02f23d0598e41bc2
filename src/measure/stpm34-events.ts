import { TIME_STEP_MS, TIME_WRAP_MS } from "./stpm34-scale.js"
import { EVENT_SAG, EVENT_SWELL, type VoltageEvent } from "./voltage-watch.js"

/** Crests of one swell are half a cycle apart, 11 ms at 45 Hz; a poll may be late. */
const SWELL_GAP_MS = 25
/**
 * What the chip's sag time holds beside the sag, at its ends near zero crossings: 0 to 14 ms. Were it
 * to count from the detection on, which the data sheet does not rule out, it would hold 12 ms less. With
 * this much taken off, both readings are right within a cycle.
 */
const SAG_EXTRA_MS = 2
/** How late a sag's time may begin to count, if it does so at the detection. */
const SAG_LATE_MS = 15
/** The chip compares the fundamental, which is 5.1 ms late (section 8.4.8). */
const FILTER_MS = 5
/** Half the time between two looks. */
const HALF_LOOK_MS = 5
/** Looks to remember, beside the one that finds an event: a sag is found up to 24 ms after it began. */
export const EARLIER_LOOKS = 2

/** What one look at the chip's event registers shows of one voltage. */
export interface VoltageLook {
    nowMs: number
    /** Histories: four bits, the lowest is set while the event lasts. */
    sagBits: number
    swellBits: number
    /** Steps of 8 us, 15 bits. */
    sagTime: number
    /** Vrms at this moment in 0.01 V; undefined if it was changing. */
    voltageCv: number | undefined
}

/** Follows one voltage's sags and swells through looks about 10 ms apart. */
export class ChipVoltage {
    private readonly lookMs: number[] = []
    private readonly lookCv: number[] = []
    private sagBits = 0
    private swellBits = 0
    private sagTime = 0
    private wrapsMs = 0
    private sagBeganMs = -1
    private sagCv = -1
    private sagLookedMs = 0
    private sagSeenMs = 0
    private swellBeganMs = -1
    private swellSeenMs = 0
    private swellCv = 0
    private isHistoryUsed = false

    /** Both thresholds, in 0.01 V. */
    constructor(
        private readonly sagFromCv: number,
        private readonly swellFromCv: number
    ) {}

    /** Takes one look; returns the event that is over, if any. Looks without anything may be left out. */
    add(look: VoltageLook): VoltageEvent | undefined {
        this.remember(look.nowMs, look.voltageCv)
        const swell = this.addSwell(look)
        const sag = this.addSag(look)
        this.sagBits = look.sagBits
        this.swellBits = look.swellBits
        this.sagTime = look.sagTime
        return sag ?? swell
    }

    /** Whether nothing goes on. */
    isIdle(): boolean {
        return this.sagBeganMs < 0 && this.swellBeganMs < 0
    }

    /** Takes the voltage of a look at which nothing was found yet; undefined if it was changing. */
    remember(nowMs: number, voltageCv: number | undefined): void {
        if (voltageCv === undefined) return
        this.lookMs.push(nowMs)
        this.lookCv.push(voltageCv)
        if (this.lookMs.length <= EARLIER_LOOKS + 1) return
        this.lookMs.shift()
        this.lookCv.shift()
    }

    /** Whether the histories are to be cleared: four bits are soon full, but a sag's time is needed. */
    wantsClear(): boolean {
        return this.isHistoryUsed && this.sagBeganMs < 0
    }

    /** The histories were cleared. */
    cleared(): void {
        this.sagBits = 0
        this.swellBits = 0
        this.sagTime = 0
        this.isHistoryUsed = false
    }

    private addSag(look: VoltageLook): VoltageEvent | undefined {
        const isLow = look.sagBits % 2 === 1
        const timeMs = look.sagTime * TIME_STEP_MS
        if (this.sagBeganMs < 0) {
            if (look.sagBits === this.sagBits) return undefined
            this.beginSag(look.nowMs - timeMs)
        } else {
            if (look.sagTime < this.sagTime) this.wrapsMs += TIME_WRAP_MS
            const cv = look.voltageCv
            if (isLow && cv !== undefined) {
                this.sagSeenMs = look.nowMs
                if (this.sagCv < 0 || cv < this.sagCv) this.sagCv = cv
            }
        }
        return isLow ? undefined : this.endSag(timeMs)
    }

    private beginSag(beganMs: number): void {
        this.isHistoryUsed = true
        this.wrapsMs = 0
        this.sagBeganMs = beganMs
        this.sagCv = this.extremeSince(beganMs - SAG_LATE_MS, -1)
        this.sagLookedMs = beganMs
        this.sagSeenMs = beganMs
        let isFirst = true
        for (let i = 0; i < this.lookMs.length; i++) {
            if (this.lookCv[i] >= this.sagFromCv) continue
            if (isFirst) this.sagLookedMs = this.lookMs[i]
            isFirst = false
            this.sagSeenMs = this.lookMs[i]
        }
    }

    private endSag(timeMs: number): VoltageEvent {
        const timedMs = this.wrapsMs + timeMs - SAG_EXTRA_MS
        const seenMs = this.sagSeenMs - this.sagLookedMs + HALF_LOOK_MS
        const event = eventOf(EVENT_SAG, this.sagBeganMs, Math.max(timedMs, seenMs), this.sagCv)
        this.sagBeganMs = -1
        return event
    }

    private addSwell(look: VoltageLook): VoltageEvent | undefined {
        const isNew = look.swellBits !== this.swellBits || look.swellBits % 2 === 1
        if (isNew) this.isHistoryUsed = true
        if (this.swellBeganMs < 0) {
            if (isNew) this.beginSwell(look.nowMs)
            return undefined
        }
        const cv = look.voltageCv
        if (cv === undefined ? isNew : cv > this.swellFromCv) this.swellSeenMs = look.nowMs
        if (cv !== undefined) this.swellCv = Math.max(this.swellCv, cv)
        return look.nowMs - this.swellSeenMs > SWELL_GAP_MS ? this.endSwell() : undefined
    }

    /** The chip finds a swell at its next crest; the voltages seen may tell of an earlier look. */
    private beginSwell(nowMs: number): void {
        let first = this.lookMs.length
        while (first > 0 && this.lookCv[first - 1] > this.swellFromCv) first--
        const isSeen = first < this.lookMs.length
        this.swellBeganMs = (isSeen ? this.lookMs[first] : nowMs - HALF_LOOK_MS) - HALF_LOOK_MS
        this.swellSeenMs = isSeen ? this.lookMs[this.lookMs.length - 1] : nowMs - HALF_LOOK_MS
        this.swellCv = this.extremeSince(nowMs - SWELL_GAP_MS, 1)
    }

    private endSwell(): VoltageEvent {
        const lengthMs = this.swellSeenMs + HALF_LOOK_MS - this.swellBeganMs
        const event = eventOf(EVENT_SWELL, this.swellBeganMs, lengthMs, this.swellCv)
        this.swellBeganMs = -1
        return event
    }

    /** Lowest (`sign` -1) or highest voltage that was seen since then; -1 if none was. */
    private extremeSince(sinceMs: number, sign: number): number {
        let found = -1
        for (let i = 0; i < this.lookMs.length; i++) {
            if (this.lookMs[i] < sinceMs) continue
            const cv = this.lookCv[i]
            if (found < 0 || (cv - found) * sign > 0) found = cv
        }
        return found
    }
}

function eventOf(code: number, beganMs: number, lengthMs: number, valueCv: number): VoltageEvent {
    const durationMs = lengthMs < 1 ? 1 : Math.floor(lengthMs + 0.5)
    return { code, beganMs: Math.floor(beganMs - FILTER_MS + 0.5), durationMs, valueCv }
}
