import { type Channel, type ChannelNow, type ChannelType, isEnergy, type MainsNow } from "./api.js"
import type { LiveValue } from "./live.js"

/** What a channel's card shows. */
export interface Reading {
    id: number
    deviceId: string | number
    name: string
    type: ChannelType
    /** 1, or -1 for what goes out. */
    sign: 1 | -1
    /** W or l/min; null when nothing is known. */
    rate: number | null
    /** Wh or litres since local midnight. */
    today: number
    /** Wh or litres since installation. */
    total: number
    /** When it last said something; null when it never did. */
    seenMs: number | null
    isStale: boolean
    /** Undefined on a channel that counts pulses, null when nothing fresh is known. */
    mains: MainsNow | null | undefined
    /** Wh that a mains channel delivered since installation. */
    totalOut: number
}

/** A live value counts as fresh for this long: its device sends one a second. */
const LIVE_FRESH_MS = 15_000

/** Joins the last stored state of a channel with what came live since; `perPulse` in Wh or litres. */
export function readChannel(
    stored: ChannelNow,
    live: LiveValue | undefined,
    perPulse: number,
    nowMs: number
): Reading {
    const { id, deviceId, name, type } = stored
    const isFresh = live !== undefined && nowMs - live.atMs < LIVE_FRESH_MS
    // the live total is ahead of the stored one until the slots arrive
    const ahead = live ? Math.max(0, live.totalCount - stored.totalCount) * perPulse : 0
    const storedRate = (isEnergy(type) ? stored.powerW : stored.flowLPerMin) ?? null
    return {
        id,
        deviceId,
        name,
        type,
        sign: stored.direction === "out" ? -1 : 1,
        // the server names no rate for a silent channel; the last one seen is shown as such
        rate: isFresh ? live.value : (storedRate ?? live?.value ?? null),
        today: stored.since + ahead,
        total: stored.total + ahead,
        seenMs: latest(stored.lastSlotEndMs, live?.atMs),
        isStale: !isFresh && stored.isStale,
        mains: isFresh ? mainsNow(stored.mains, live) : stored.mains,
        totalOut: stored.totalOut ?? 0,
    }
}

/** The newest slot, with what came live since. */
function mainsNow(
    stored: MainsNow | null | undefined,
    { value, voltageV, currentA }: LiveValue
): MainsNow | null | undefined {
    if (!stored || voltageV === undefined || currentA === undefined) return stored
    const apparentVa = voltageV * currentA
    const powerFactor =
        stored.isApparent || value === null || apparentVa === 0
            ? null
            : Math.max(-1, Math.min(1, value / apparentVa))
    return { ...stored, voltageV, currentA, powerFactor }
}

function latest(a: number | null, b: number | undefined): number | null {
    return b === undefined ? a : Math.max(a ?? 0, b)
}

/** All electricity channels together; what goes out counts against what comes in. */
export interface House {
    /** Sum over the channels that report, null when none does. */
    powerW: number | null
    todayWh: number
    totalWh: number
    channels: number
    staleChannels: number
}

/** Undefined when nothing counts electricity. */
export function sumHouse(readings: Reading[]): House | undefined {
    const counted = readings.filter(reading => reading.type === "electricity")
    if (counted.length === 0) return undefined
    const fresh = counted.filter(reading => !reading.isStale)
    const known = fresh.filter(reading => reading.rate !== null)
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)
    return {
        powerW: known.length > 0 ? sum(known.map(({ sign, rate }) => sign * (rate ?? 0))) : null,
        todayWh: sum(counted.map(({ sign, today }) => sign * today)),
        totalWh: sum(counted.map(({ sign, total }) => sign * total)),
        channels: counted.length,
        staleChannels: counted.length - fresh.length,
    }
}

/** Start of the reader's day. */
export function startOfDayMs(nowMs: number): number {
    return new Date(nowMs).setHours(0, 0, 0, 0)
}

/** The channels to draw at first: all electricity, or else the first of another kind. */
export function defaultSelection(channels: Channel[]): number[] {
    const electricity = channels.filter(channel => channel.type === "electricity")
    return (electricity.length > 0 ? electricity : channels.slice(0, 1)).map(({ id }) => id)
}

/** Electricity channels share a chart; any other stands alone; the last one cannot be switched off. */
export function toggleSelection(selected: number[], id: number, channels: Channel[]): number[] {
    if (selected.includes(id))
        return selected.length > 1 ? selected.filter(old => old !== id) : selected
    const typeOf = (wanted: number) => channels.find(channel => channel.id === wanted)?.type
    if (typeOf(id) !== "electricity") return [id]
    return [...selected.filter(old => typeOf(old) === "electricity"), id]
}

/** What a kept choice still means today: known channels only, of one unit; the default when none is left. */
export function repairSelection(wanted: number[] | undefined, channels: Channel[]): number[] {
    let selected: number[] = []
    for (const id of wanted ?? [])
        if (channels.some(channel => channel.id === id) && !selected.includes(id))
            selected = toggleSelection(selected, id, channels)
    return selected.length > 0 ? selected : defaultSelection(channels)
}
