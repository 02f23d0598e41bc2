import type { Level } from "../../src/wire/level.js"
import type { Live, LiveChannel, LiveMains } from "../../src/wire/live.js"
import type { Deps } from "../deps.js"
import type { LiveHub, SignalFigures } from "../live-hub.js"
import { pulseRate } from "../pulse-rate.js"

/** Tells whoever watches what devices send for the moment only. */
export class LiveMessages {
    constructor(
        private readonly deps: Deps,
        private readonly hub: LiveHub
    ) {}

    tell(deviceId: string, live: Live): void {
        if (!this.hub.isWatched) return
        for (const channel of live.channels) this.tellCounted(deviceId, live.bootId, channel)
        for (const mains of live.mains ?? []) this.tellMains(deviceId, live.bootId, mains)
    }

    /** `bootMs`: when the device booted, Unix ms. */
    tellLevel(deviceId: string, bootMs: number, level: Level): void {
        if (!this.hub.isWatched) return
        const channel = this.deps.store
            .channels()
            .find(one => one.deviceId === deviceId && one.number === level.channel)
        if (!channel) return
        const { uptimeMs, stepMs, millivolts, signal } = level
        const data = { channelId: channel.id, atMs: bootMs + uptimeMs, stepMs, millivolts }
        const figures = signal.length > 0 ? { signal: figuresOf(signal) } : {}
        this.hub.publish({ event: "level", data: { ...data, ...figures } })
    }

    private tellCounted(deviceId: string, bootId: number, live: LiveChannel): void {
        const { store, clock } = this.deps
        const state = store.liveState(deviceId, bootId, live.channel, live.countSinceBoot)
        if (!state) return
        const { channelId, totalCount } = state
        const rate = pulseRate(state, live.intervalMs, live.sinceLastMs)
        const data = { channelId, atMs: clock(), ...rate, totalCount }
        this.hub.publish({ event: "live", data })
    }

    private tellMains(deviceId: string, bootId: number, live: LiveMains): void {
        const { store, clock } = this.deps
        const state = store.liveState(deviceId, bootId, live.channel, 0)
        if (!state) return
        const { channelId, totalCount } = state
        const data = {
            channelId,
            atMs: clock(),
            powerW: live.powerDw / 10,
            totalCount,
            voltageV: live.voltageCv / 100,
            currentA: live.currentMa / 1000,
        }
        this.hub.publish({ event: "live", data })
    }
}

/** In the order of a level message. */
function figuresOf([idleMv, height, noise, rejected]: number[]): SignalFigures {
    const darkMv = Math.min(idleMv, idleMv + height)
    const ratio = darkMv > 0 ? (darkMv + Math.abs(height)) / darkMv : null
    return {
        idleMv,
        heightMv: height === 0 ? null : height,
        contrast: height === 0 || ratio === null ? null : Math.round(ratio * 100) / 100,
        noiseMv: noise / 10,
        rejected,
    }
}
