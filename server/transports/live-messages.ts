import type { Level } from "../../src/wire/level.js"
import type { Live, LiveChannel, LiveMains } from "../../src/wire/live.js"
import type { Deps } from "../deps.js"
import type { LiveHub } from "../live-hub.js"
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
        const { uptimeMs, stepMs, millivolts } = level
        const data = { channelId: channel.id, atMs: bootMs + uptimeMs, stepMs, millivolts }
        this.hub.publish({ event: "level", data })
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
