import { isClampKind } from "../../../src/wire/channels.js"
import { ENERGY_UNIT_WH } from "../../../src/wire/mains-slots.js"
import { type Channel, RESOLUTION_SECONDS, type Resolution, type Store } from "../../store/store.js"
import type { RowTimes } from "./archives.js"
import { nightOf, type Stretch } from "./night.js"

type RateStore = Pick<Store, "series" | "mainsSeries">

/** A row counts when at least half of it was measured, as in Flukso's archives. */
const LEAST_SHARE = 0.5

const DAY_S = RESOLUTION_SECONDS.day
const RESOLUTION_OF: Record<number, Resolution> = { 60: "minute", 900: "quarter" }

/** Wh or litres a second in each row, null where a channel measured too little. */
export function rowRates(
    store: RateStore,
    channels: Channel[],
    { stepS, endsS }: RowTimes
): (number | null)[] {
    const resolution = RESOLUTION_OF[stepS] ?? "day"
    const fromS = endsS[0] - stepS
    const toS = endsS[endsS.length - 1]
    const perRow = stepS / RESOLUTION_SECONDS[resolution]
    const parts = channels.map(channel => {
        const steps = readSteps(store, channel, fromS, toS, resolution)
        const lastS = (channel.lastSlotEndMs ?? 0) / 1000
        return endsS.map((endS, row) =>
            endS > lastS ? null : rateOf(steps.slice(row * perRow, (row + 1) * perRow), stepS)
        )
    })
    return endsS.map((_, row) => addUp(parts.map(part => part[row])))
}

/** The same for nights, in rows that are over; a row of a week is the mean of its nights. */
export function nightRates(
    store: RateStore,
    channels: Channel[],
    { stepS, endsS }: RowTimes,
    nowS: number,
    timeZone: string
): (number | null)[] {
    return endsS.map(endS => {
        if (endS > nowS) return null
        const rates: number[] = []
        for (let dayEndS = endS - stepS + DAY_S; dayEndS <= endS; dayEndS += DAY_S) {
            const rate = nightRate(store, channels, nightOf(dayEndS, timeZone))
            if (rate !== null) rates.push(rate)
        }
        const isKnown = rates.length >= (stepS / DAY_S) * LEAST_SHARE
        return isKnown ? rates.reduce((sum, rate) => sum + rate, 0) / rates.length : null
    })
}

function nightRate(store: RateStore, channels: Channel[], { fromS, toS }: Stretch): number | null {
    return addUp(
        channels.map(channel =>
            toS > (channel.lastSlotEndMs ?? 0) / 1000
                ? null
                : rateOf(readSteps(store, channel, fromS, toS, "quarter"), toS - fromS)
        )
    )
}

/** What was counted in a step, Wh or litres, and how much of it was measured. */
export interface Step {
    amount: number
    coveredS: number
}

/** The steps of a range; what flows out counts below 0. */
export function readSteps(
    store: RateStore,
    channel: Channel,
    fromS: number,
    toS: number,
    resolution: Resolution
): Step[] {
    const sign = channel.direction === "out" ? -1 : 1
    if (isClampKind(channel.kind)) {
        const { steps } = store.mainsSeries(channel.id, fromS * 1000, toS * 1000, resolution)
        return steps.map(step => ({
            amount: step ? sign * (step.energyIn - step.energyOut) * ENERGY_UNIT_WH : 0,
            coveredS: step ? step.slots * RESOLUTION_SECONDS.slot : 0,
        }))
    }
    const { counts, coveredS } = store.series(channel.id, fromS * 1000, toS * 1000, resolution)
    return counts.map((count, at) => ({
        amount: sign * (count ?? 0) * channel.perPulse,
        coveredS: coveredS[at],
    }))
}

function rateOf(steps: Step[], lengthS: number): number | null {
    let amount = 0
    let coveredS = 0
    for (const step of steps) {
        amount += step.amount
        coveredS += step.coveredS
    }
    return coveredS >= lengthS * LEAST_SHARE ? amount / coveredS : null
}

/** A sensor of several channels is known where all of them are. */
function addUp(rates: (number | null)[]): number | null {
    let sum = 0
    for (const rate of rates) {
        if (rate === null) return null
        sum += rate
    }
    return rates.length > 0 ? sum : null
}
