import { gaussianAt, hash32, type Random } from "../random.js"
import type { EventTimes } from "./event-times.js"
import type { Source } from "./source.js"
import type { LightLook } from "./source-schema.js"

/** Full scale of the board's ADC. */
export const FULL_SCALE_MV = 3300

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const SUNRISE_MS = 6 * HOUR_MS
const DAYLIGHT_MS = 12 * HOUR_MS
const LAMP_ON_MS = 17 * HOUR_MS
const LAMP_OFF_MS = 23 * HOUR_MS
const CLOUD_MS = 600_000
// Daylight moves by less than 1 mV in this time, so it is worked out no more often.
const SKY_STEP_MS = 1000
// The mains is never exactly 50 Hz; at exactly 100 Hz a 25 ms sampler would see flicker stand still.
const FLICKER_SPREAD_HZ = 0.08

/** A photodiode taped onto a meter's LED: pulses become flashes on top of the room's light. */
export class LightSource implements Source {
    readonly endMs: number
    private readonly noiseKey: number
    private readonly cloudKey: number
    private readonly flickerPerMs: number
    private next = 0
    private flashEndMs = Number.NEGATIVE_INFINITY
    private skyMv = 0
    private skyStep = Number.NEGATIVE_INFINITY
    private isLampOn = false

    constructor(
        private readonly flashes: EventTimes,
        private readonly look: LightLook,
        private readonly startUnixMs: number,
        random: Random
    ) {
        const lastMs = flashes.lastMs()
        this.endMs = lastMs === undefined ? 0 : lastMs + look.flashMs
        this.noiseKey = random.nextBits()
        this.cloudKey = random.nextBits()
        this.flickerPerMs = (100 + (random.next() - 0.5) * FLICKER_SPREAD_HZ) / 1000
    }

    get notes(): string[] {
        return this.flashes.notes
    }

    signalAt(atMs: number): number {
        const { look, flashes } = this
        if (flashes.knownMs <= atMs) flashes.extendTo(atMs)
        while (this.next < flashes.length && flashes.timesMs[this.next] <= atMs)
            this.flashEndMs = flashes.timesMs[this.next++] + look.flashMs
        const step = Math.floor(atMs / SKY_STEP_MS)
        if (step !== this.skyStep) this.lookAtSky(step)
        let mv = this.skyMv + (atMs < this.flashEndMs ? look.flashMv : look.baseMv)
        if (this.isLampOn && look.flickerMv > 0)
            mv += (look.flickerMv * (1 - Math.cos(2 * Math.PI * atMs * this.flickerPerMs))) / 2
        if (look.noiseMv > 0) mv += look.noiseMv * gaussianAt(this.noiseKey, atMs)
        return Math.min(FULL_SCALE_MV, Math.max(0, mv)) / FULL_SCALE_MV
    }

    countBetween(fromMs: number, toMs: number): number {
        return this.flashes.countBetween(fromMs, toMs)
    }

    private lookAtSky(step: number): void {
        const unixMs = this.startUnixMs + step * SKY_STEP_MS
        const ofDayMs = unixMs - Math.floor(unixMs / DAY_MS) * DAY_MS
        const height = Math.max(0, Math.sin((Math.PI * (ofDayMs - SUNRISE_MS)) / DAYLIGHT_MS))
        this.skyStep = step
        this.skyMv = this.look.daylightMv * height * height * this.cloudAt(unixMs / CLOUD_MS)
        this.isLampOn = ofDayMs >= LAMP_ON_MS && ofDayMs < LAMP_OFF_MS
    }

    /** What the clouds let through, 0.4 to 1: random every ten minutes, smooth in between. */
    private cloudAt(position: number): number {
        const index = Math.floor(position)
        const along = position - index
        const eased = along * along * (3 - 2 * along)
        const from = hash32(this.cloudKey, index) / 0x1_0000_0000
        const to = hash32(this.cloudKey, index + 1) / 0x1_0000_0000
        return 0.4 + 0.6 * (from + (to - from) * eased)
    }
}
