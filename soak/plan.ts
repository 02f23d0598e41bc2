import { Random } from "../sim/random.js"
import { FAULT_KINDS, type Fault, type FaultKind, planFaults } from "./faults.js"
import { type ChannelPlan, planChannel, pulsesOf } from "./homes.js"

const HOUR_MS = 3_600_000
const MOST_CHANNELS = 4
/** Before the first pulse and fault, so that every device has said hello. */
const LEAD_MS = 120_000

export const START_UNIX_MS = Date.UTC(2026, 0, 1)

/** So long a run goes on after its faults and pulses at least; ends while no report is on its way. */
export const DRAIN_MS = 30 * 60_000 + 25_000

interface DevicePlan {
    channels: ChannelPlan[]
    /** How much faster than true time its clock runs. */
    ppm: number
    seed: number
}

/** A home's devices and what befalls them: all of it follows from the seed. */
export interface Plan {
    seed: number
    durationMs: number
    devices: DevicePlan[]
    faults: Fault[]
}

export interface PlanSize {
    hours: number
    devices: number
    kinds?: readonly FaultKind[]
}

export function makePlan(seed: number, { hours, devices, kinds = FAULT_KINDS }: PlanSize): Plan {
    const random = new Random(seed)
    const durationMs = Math.round(hours * HOUR_MS)
    return {
        seed,
        durationMs,
        devices: Array.from({ length: devices }, (_, i) => planDevice(random.fork(`device ${i}`))),
        faults: planFaults(random.fork("faults"), kinds, devices, LEAD_MS, durationMs),
    }
}

function planDevice(random: Random): DevicePlan {
    // mostly few: each channel costs as much as the device
    const count = 1 + Math.floor(random.next() ** 3 * MOST_CHANNELS)
    return {
        channels: Array.from({ length: count }, () => planChannel(random)),
        ppm: random.between(-30, 30),
        seed: random.nextBits(),
    }
}

/** True pulses of a channel of a device, or of a copy of it that counts something else. */
export function eventsOf(plan: Plan, device: number, channel: number, copy = 0): number[] {
    const { channels, seed } = plan.devices[device]
    const own = new Random(seed, channel + copy * MOST_CHANNELS).nextBits()
    return pulsesOf(channels[channel], own, LEAD_MS, plan.durationMs)
}

/** Kinds of the plan's faults. */
export function kindsOf(plan: Plan): FaultKind[] {
    return FAULT_KINDS.filter(kind => plan.faults.some(fault => fault.kind === kind))
}
