import { pulsePowerW } from "../src/measure/pulse-power.js"
import type { ChannelType } from "./store/store.js"
import { isEnergy } from "./units.js"

/** Power of a channel that counts energy, flow of any other; null while unknown. */
export type PulseRate = { powerW: number | null } | { flowLPerMin: number | null }

/** The rate behind two pulses `intervalMs` apart, the last of them `sinceLastMs` ago. */
export function pulseRate(
    channel: { type: ChannelType; perPulse: number },
    intervalMs: number | null,
    sinceLastMs: number
): PulseRate {
    const perHour =
        intervalMs === null ? undefined : pulsePowerW(channel.perPulse, intervalMs, sinceLastMs)
    if (isEnergy(channel.type)) return { powerW: perHour ?? null }
    return { flowLPerMin: perHour === undefined ? null : perHour / 60 }
}
