import { isStale, rateOf } from "../../channel-rate.js"
import { sensorBetween } from "../../sensor-series.js"
import type { EmonMeter } from "../../store/emon-store.js"
import type { ChannelNow, Store } from "../../store/store.js"

/** Energies are told to a tenth of a mWh, which is what clamps count in. */
const DECIMALS = 10_000

/** What was counted between two edges in Wh, or the mean power in W. */
export interface MeterStep {
    startS: number
    value: number
}

/** What a meter did between edges, Unix ms in order. As in emon's tables, nothing is no row. */
export function meterSteps(
    store: Store,
    meter: EmonMeter,
    edgesMs: number[],
    unit: "Wh" | "W"
): MeterStep[] {
    const sensor = store.sensor(meter.sensorId)
    if (!sensor || edgesMs.length < 2) return []
    const isOut = isOutgoing(channelsOf(store.channels(), sensor.channelIds))
    const shown = { unit, counting: { flow: "net", isPulses: false } } as const
    const values = sensorBetween(store, sensor, shown, edgesMs)
    return values.flatMap((value, at) => {
        const rounded = Math.round((value ?? 0) * DECIMALS) / DECIMALS
        if (rounded === 0) return []
        return [{ startS: edgesMs[at] / 1000, value: isOut ? -rounded : rounded }]
    })
}

export interface MeterNow {
    /** Whole W; 0 too while nothing is known, since clients take nothing but numbers. */
    powerW: number
    /** Unix ms of the last pulse or slot; null before the first. */
    updatedMs: number | null
}

/** What a meter does now. */
export function meterNow(
    store: Store,
    meter: EmonMeter,
    channelsNow: ChannelNow[],
    nowMs: number
): MeterNow {
    const channels = channelsOf(channelsNow, store.sensor(meter.sensorId)?.channelIds ?? [])
    const isOut = isOutgoing(channels)
    let powerW = 0
    let updatedMs: number | null = null
    for (const channel of channels) {
        const rate = rateOf(channel, nowMs)
        const channelW = ("powerW" in rate ? rate.powerW : null) ?? 0
        powerW += channel.direction === "out" && !isOut ? -channelW : channelW
        const atMs = channel.lastPulseMs ?? channel.lastSlotEndMs
        if (atMs !== null) updatedMs = Math.max(updatedMs ?? 0, atMs)
    }
    const isKnown = channels.some(channel => !isStale(channel, nowMs))
    return { powerW: isKnown ? Math.round(powerW) : 0, updatedMs }
}

/** A meter of solar cells counts what they give, as emon's did. */
function isOutgoing(channels: { direction: string }[]): boolean {
    return channels.length > 0 && channels.every(({ direction }) => direction === "out")
}

function channelsOf<C extends { id: number }>(channels: C[], ids: number[]): C[] {
    return channels.filter(({ id }) => ids.includes(id))
}

/** Edges of intervals of a length, on its multiples since 1970, that touch a range of Unix ms. */
export function intervalEdges(fromMs: number, toMs: number, seconds: number): number[] {
    const stepMs = seconds * 1000
    const first = Math.floor(fromMs / stepMs)
    const last = Math.ceil(toMs / stepMs)
    return Array.from({ length: last - first + 1 }, (_, at) => (first + at) * stepMs)
}
