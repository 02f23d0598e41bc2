import {
    type Detector,
    TAMPER_BLINDED,
    TAMPER_NONE,
    TAMPER_SHORTED,
    TAMPER_TORN_OFF,
} from "./detector.js"
import { LightEvent } from "./light-event.js"
import { IS_FLASH, IS_REFUSED, LightFlash, type LightOptions } from "./light-flash.js"
import { FULL_SCALE_MV, LightLevel } from "./light-level.js"

/** Above the time from one sample to the next, below that of two. */
const LATE_MS = 15
const SHORTEST_FLASH_MS = 25
/** Normal noise goes past the gate of an unknown flash 11 times a slot. */
const MOST_EVENTS = 36
const EARLY_MS = 2000
const LEAST_CLARITY = 7.4
const POOR_CLARITY = 6.2
const BLINDED_AFTER_MS = 10_000
/** No daylight saturates a sensor for a whole day. */
const SHORTED_AFTER_MS = 86_400_000
const DARK_MV = 10
const TORN_OFF_AFTER_MS = 600_000

/** Counts the flashes of a meter's LED in samples of about every 10 ms, and says when it cannot. */
export class LightDetector implements Detector {
    rejected = 0
    private readonly level = new LightLevel()
    private readonly event = new LightEvent()
    private readonly flash: LightFlash
    /** Above or below the base by less is nothing; 0 during the warm-up. */
    private gateMv = 0
    private lastMs = 0
    private warmMs = 0
    private isDoubtful = false
    /** Events of this slot while the flash is unknown. */
    private events = 0
    /** At the last slot's end. */
    private slotBaseMv = 0
    private saturatedMs = 0
    private darkMs = 0
    private told = TAMPER_NONE

    constructor(private readonly options: LightOptions) {
        this.flash = new LightFlash(options)
    }

    add(valueMv: number, uptimeMs: number): number | undefined {
        const level = this.level
        const aboveMv = valueMv - level.baseMv
        const gateMv = this.gateMv
        const sinceMs = uptimeMs - this.lastMs
        this.lastMs = uptimeMs
        if (aboveMv < gateMv && aboveMv > -gateMv && this.event.units === 0 && sinceMs < LATE_MS) {
            level.follow(aboveMv)
            return undefined
        }
        if (!level.isWarm()) {
            if (level.warmUp(valueMv, aboveMv)) this.startWarm()
            return undefined
        }
        return this.addUnusual(aboveMv, uptimeMs, sinceMs)
    }

    takeQuality(): number {
        const level = this.level
        const flash = this.flash
        const isBlind = this.isBlind()
        let quality = isBlind ? 0 : this.clarityPercent()
        if (this.isDoubtful && quality > 40) quality = 40
        const isQuiet = this.lastMs - flash.endedMs > 5000
        // flashes so dense and dim that they were taken for noise
        const isHidden = this.events > MOST_EVENTS
        if (level.endSlot(isBlind, isQuiet) || isHidden) {
            level.startAnew()
            flash.forget()
            if (quality > 30) quality = 30
        }
        this.events = 0
        const sigmaMv = level.sigmaMv()
        // a flash as low as this was learned from noise
        if (!isBlind && flash.heightMv < 2.4 * sigmaMv) flash.forget()
        this.watch()
        this.slotBaseMv = level.baseMv
        // a flash during the warm-up is lost
        this.isDoubtful = !level.isWarm()
        this.gateMv = level.isWarm() ? flash.gateMv(level) : 0
        return quality
    }

    takeTamper(): number {
        const found = this.findTamper()
        if (found === this.told) return TAMPER_NONE
        this.told = found
        return found
    }

    signal(): number[] {
        const level = this.level
        return [level.baseMv, this.flash.heightMv, level.sigmaMv() * 10, this.rejected]
    }

    private startWarm(): void {
        this.warmMs = this.lastMs
        this.slotBaseMv = this.level.baseMv
        this.gateMv = this.flash.gateMv(this.level)
    }

    private addUnusual(aboveMv: number, uptimeMs: number, sinceMs: number): number | undefined {
        const flash = this.flash
        // a flash may have come and gone
        if (sinceMs > SHORTEST_FLASH_MS) {
            const flashMs = flash.heightMv > 0 ? flash.leastUnits() * 10 : SHORTEST_FLASH_MS
            if (sinceMs > flashMs) this.isDoubtful = true
        }
        const gateMv = this.gateMv
        if (this.event.units > 0 || aboveMv >= gateMv)
            return this.extend(aboveMv, uptimeMs, sinceMs)
        if (aboveMv > -gateMv) this.level.creep(aboveMv)
        else {
            const downMv = this.level.dip(aboveMv, uptimeMs)
            if (downMv > flash.heightMv / 4 + 6 * this.level.sigmaMv()) this.isDoubtful = true
        }
        return undefined
    }

    private extend(aboveMv: number, uptimeMs: number, sinceMs: number): number | undefined {
        const level = this.level
        const event = this.event
        const gateMv = this.gateMv
        const valueMv = level.baseMv + aboveMv
        if (event.units === 0 && this.flash.heightMv === 0) this.events++
        const dropPart = this.flash.dropPart(event.units + 1)
        const isOver = event.add(aboveMv, sinceMs, uptimeMs, gateMv, dropPart)
        if (event.lengthMs() > this.options.longestMs) {
            // the light itself has changed
            level.stepUp(event.area / event.units)
            event.units = 0
            this.rejected++
            this.isDoubtful = true
            return undefined
        }
        level.creep(Math.min(aboveMv, gateMv))
        if (!isOver) return undefined
        return this.end(valueMv, uptimeMs)
    }

    private end(valueMv: number, uptimeMs: number): number | undefined {
        const level = this.level
        const event = this.event
        const flash = this.flash
        const verdict = flash.judge(event, level, uptimeMs - this.warmMs < EARLY_MS)
        event.units = 0
        if (flash.isDoubtful) this.isDoubtful = true
        if (verdict === IS_REFUSED) this.rejected++
        if (verdict !== IS_FLASH) {
            level.widen(event.bestUnits)
            return undefined
        }
        level.creep(-event.bestUnits * this.gateMv)
        // a saturated flash shows nothing of the daylight: the dark between has to
        if (level.baseMv + flash.heightMv > FULL_SCALE_MV) level.creep((valueMv - level.baseMv) * 5)
        this.gateMv = flash.gateMv(level)
        return event.beganMs
    }

    private isBlind(): boolean {
        const level = this.level
        const movedMv = level.baseMv - this.slotBaseMv
        const topMv = movedMv > 0 ? level.baseMv : this.slotBaseMv
        const sigmaMv = level.sigmaMv()
        const highMv = topMv + (movedMv < 0 ? -movedMv : movedMv) / 10 + sigmaMv / 4 + 4
        return this.flash.isBlindAt(highMv) || FULL_SCALE_MV - highMv < 3.6 * sigmaMv
    }

    /** 50 is where counting ends; 75 while nothing is known of the flash. */
    private clarityPercent(): number {
        const flash = this.flash
        if (flash.heightMv === 0) return 75
        const level = this.level
        const clarity = flash.clarity(level)
        if (flash.heightMv < 2.7 * level.sigmaMv()) return 45
        const busyMs = clarity < POOR_CLARITY ? 120_000 : 20_000
        const isBusy = this.lastMs - flash.endedMs < busyMs
        const percent = Math.floor((clarity * 50) / LEAST_CLARITY)
        if (percent < 50 && !isBusy) return 50
        return Math.min(percent, 100)
    }

    /** Notes since when the light has been as no meter's is. */
    private watch(): void {
        const baseMv = this.level.baseMv
        const flash = this.flash
        if (!this.flash.isBlindAt(baseMv)) this.saturatedMs = 0
        else if (this.saturatedMs === 0) this.saturatedMs = this.lastMs
        const isRegular = flash.intervalMs < 10_000
        if (baseMv > DARK_MV) this.darkMs = 0
        else if (this.slotBaseMv > 4 * DARK_MV && isRegular && this.lastMs - flash.endedMs < 10_000)
            this.darkMs = this.lastMs
    }

    private findTamper(): number {
        const nowMs = this.lastMs
        const flash = this.flash
        const saturatedMs = this.saturatedMs > 0 ? nowMs - this.saturatedMs : 0
        if (saturatedMs >= SHORTED_AFTER_MS) return TAMPER_SHORTED
        if (saturatedMs >= BLINDED_AFTER_MS) return TAMPER_BLINDED
        if (this.darkMs === 0 || flash.endedMs > this.darkMs) return TAMPER_NONE
        // dark at once, and none of the flashes that came all the time
        const silentMs = nowMs - this.darkMs
        const isTorn = silentMs > TORN_OFF_AFTER_MS && silentMs > 100 * flash.intervalMs
        return isTorn ? TAMPER_TORN_OFF : TAMPER_NONE
    }
}
