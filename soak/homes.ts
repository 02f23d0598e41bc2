import { Random } from "../sim/random.js"

const SLOT_MS = 5000
const HOUR_MS = 3_600_000
/** Between two pulses of one channel: what a contact of 30 ms on and 30 ms off can show. */
const SPACING_MS = 70
/** A pulse of a channel that keeps off the edges of slots is at least this far from one. */
const EDGE_MS = 600

/** How one channel's pulses come: a mean rate, bursts upon it, and hours in which nothing happens. */
export interface ChannelPlan {
    /** Of a stretch without a burst. */
    meanGapMs: number
    /** From the end of one burst to the next. */
    burstEveryMs: number
    burstMs: number
    burstGapMs: number
    /** Share of the hours in which nothing happens. */
    silentShare: number
    /** No pulse lies near the edge of a slot, so that each slot's count is known exactly. */
    isOffEdges: boolean
}

const MEAN_GAPS_MS = [2_000, 8_000, 20_000, 60_000, 300_000, 1_800_000]

export function planChannel(random: Random): ChannelPlan {
    const hasBursts = random.next() < 0.6
    return {
        meanGapMs: MEAN_GAPS_MS[random.nextInt(MEAN_GAPS_MS.length)] * random.between(0.7, 1.4),
        burstEveryMs: hasBursts ? random.between(1, 12) * HOUR_MS : Number.POSITIVE_INFINITY,
        burstMs: random.between(10_000, 300_000),
        burstGapMs: random.between(125, 900),
        silentShare: random.next() < 0.5 ? 0 : random.between(0.1, 0.7),
        isOffEdges: random.next() < 0.7,
    }
}

/**
 * When a channel's pulses begin, rising, in ms since the start; whole multiples of 10 ms, as the
 * sampler sees them. Slots begin at multiples of 5 s of this time.
 */
export function pulsesOf(plan: ChannelPlan, seed: number, fromMs: number, toMs: number): number[] {
    const random = new Random(seed)
    const times: number[] = []
    let lastMs = fromMs - SPACING_MS
    let burstFromMs = fromMs + wait(random, plan.burstEveryMs)
    let burstToMs = burstFromMs + plan.burstMs
    let atMs = fromMs
    for (;;) {
        const isBurst = atMs >= burstFromMs
        const nextMs = atMs + (isBurst ? plan.burstGapMs : wait(random, plan.meanGapMs))
        atMs = isBurst ? nextMs : Math.min(nextMs, Math.max(burstFromMs, atMs + SPACING_MS))
        if (atMs >= burstToMs) {
            burstFromMs = atMs + wait(random, plan.burstEveryMs)
            burstToMs = burstFromMs + plan.burstMs
        }
        if (atMs >= toMs) return times
        const wantedMs = Math.max(atMs, lastMs + SPACING_MS)
        const pulseMs = Math.ceil((plan.isOffEdges ? offEdge(wantedMs) : wantedMs) / 10) * 10
        if (pulseMs >= toMs) return times
        if (isSilent(plan, seed, pulseMs)) continue
        times.push(pulseMs)
        lastMs = pulseMs
        atMs = Math.max(atMs, pulseMs)
    }
}

function wait(random: Random, meanMs: number): number {
    return Number.isFinite(meanMs) ? -Math.log(1 - random.next()) * meanMs : meanMs
}

function offEdge(atMs: number): number {
    const inSlotMs = atMs % SLOT_MS
    if (inSlotMs < EDGE_MS) return atMs - inSlotMs + EDGE_MS
    if (inSlotMs > SLOT_MS - EDGE_MS) return atMs - inSlotMs + SLOT_MS + EDGE_MS
    return atMs
}

function isSilent(plan: ChannelPlan, seed: number, atMs: number): boolean {
    if (plan.silentShare === 0) return false
    return new Random(seed, Math.floor(atMs / HOUR_MS) + 1).next() < plan.silentShare
}
