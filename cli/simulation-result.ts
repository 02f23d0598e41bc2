import { isEnergy } from "../server/units.js"
import type { Pace } from "../sim/run-loop.js"
import type { World, WorldDevice } from "../sim/world.js"
import { CHANNEL_KINDS, isClampKind } from "../src/wire/channels.js"
import { ENERGY_UNIT_WH } from "../src/wire/mains-slots.js"
import type { ServerView, StoredChannel } from "./server-view.js"

/** One channel's true, counted and stored pulses. Counts without a known truth are null. */
interface ChannelResult {
    device: string
    channel: string
    kind: string
    /** From the source's own list of events. */
    trueCount: number | null
    /** As the device says itself, on its bus; null when it cannot, or has begun anew since. */
    countedCount: number | null
    /** The sum of the server's slots, however they came about. */
    storedCount: number
    /** Wh, or litres for gas and water. */
    trueEnergy: number | null
    storedEnergy: number
    unit: "Wh" | "l"
    /** True, and not stored; null on mains channels, whose energy is measured and not counted. */
    lost: number | null
    /** Stored energy against true energy; null without truth, and on channels that count pulses. */
    errorPercent: number | null
    /** Stored, and not counted; null when that is not known. */
    duplicated: number | null
    /** Counted and stored without a slot of its own. */
    unplaced: number
    /** Sampling ticks that came late, in all reports. */
    late: number
}

/** What the run did to a device. */
interface DeviceResult {
    device: string
    powerUps: number
    flashWrites: number
    flashCompactions: number
}

export interface Result {
    seed: number
    startTime: string
    durationS: number
    /** Virtual seconds until the server held everything. */
    drainedAfterS: number
    panics: number
    /** Writes to the devices' flash during the run. */
    flashWrites: number
    devices: DeviceResult[]
    notes: string[]
    channels: ChannelResult[]
}

export async function resultOf(
    world: World,
    server: ServerView,
    run: { seed: number; startUnixMs: number; durationMs: number; pace?: Pace }
): Promise<Result> {
    const drainedAfterS = Math.round((world.sinceStartMs() - run.durationMs) / 1000)
    const stored = await server.storedChannels()
    const channels: ChannelResult[] = []
    for (const device of world.devices) {
        const counts = await countsOfRun(world, device, run.pace)
        device.spec.channels.forEach((_channel, i) => {
            const countedCount = counts?.[i] ?? null
            const channel = stored.find(
                each => each.deviceId === device.registration.id && each.number === i
            )
            channels.push(channelResult(device, i, run.durationMs, countedCount, channel))
        })
    }
    return {
        seed: run.seed,
        startTime: new Date(run.startUnixMs).toISOString(),
        durationS: run.durationMs / 1000,
        drainedAfterS,
        panics: world.devices.reduce((sum, { board }) => sum + board.panics.length, 0),
        flashWrites: world.devices.reduce((sum, { board }) => sum + board.flashWrites, 0),
        devices: world.devices.map(device => ({
            device: device.spec.name,
            powerUps: world.poweredOf(device).length,
            flashWrites: device.board.flash.wear.writes,
            flashCompactions: device.board.flash.wear.compactions,
        })),
        notes: world.devices.flatMap(({ sources }) => sources.flatMap(({ notes }) => notes)),
        channels,
    }
}

/** What a device has counted since the run began; undefined when it has begun anew since. */
async function countsOfRun(
    world: World,
    device: WorldDevice,
    pace?: Pace
): Promise<number[] | undefined> {
    const isSameBoot = device.board.isOn && world.poweredOf(device).length === 1
    return isSameBoot ? world.countsOf(device, pace) : undefined
}

function channelResult(
    { spec, sources }: WorldDevice,
    index: number,
    durationMs: number,
    countedCount: number | null,
    channel: StoredChannel | undefined
): ChannelResult {
    const { name, kind, type } = spec.channels[index]
    const isClamp = isClampKind(CHANNEL_KINDS.indexOf(kind))
    const perPulse = isClamp ? ENERGY_UNIT_WH : spec.channels[index].perPulse
    const trueCount = sources[index].countBetween(0, durationMs) ?? null
    const storedCount = channel?.sinceCount ?? 0
    return {
        device: spec.name,
        channel: name,
        kind,
        trueCount,
        countedCount,
        storedCount,
        trueEnergy: trueCount === null ? null : trueCount * perPulse,
        storedEnergy: storedCount * perPulse,
        unit: isEnergy(type) ? "Wh" : "l",
        lost: trueCount === null || isClamp ? null : Math.max(0, trueCount - storedCount),
        errorPercent: isClamp ? errorPercent(storedCount, trueCount) : null,
        duplicated: countedCount === null ? null : Math.max(0, storedCount - countedCount),
        unplaced: channel?.unplacedCount ?? 0,
        late: channel?.lateTicks ?? 0,
    }
}

function errorPercent(stored: number, truth: number | null): number | null {
    return truth ? (stored / truth - 1) * 100 : null
}

/** The same for people. */
export function printTable(result: Result): void {
    for (const note of result.notes) console.log(note)
    const rows = result.channels.map(each => ({
        device: each.device,
        channel: each.channel,
        true: each.trueCount ?? "unknown",
        counted: each.countedCount ?? "unknown",
        stored: each.storedCount,
        energy: `${roundedEnergy(each.storedEnergy)} ${each.unit}`,
        lost: each.lost ?? (each.trueCount === null ? "unknown" : ""),
        duplicated: each.duplicated ?? "unknown",
        error: errorText(each),
    }))
    console.table(rows)
}

function errorText({ errorPercent }: ChannelResult): string {
    return errorPercent === null ? "" : `${errorPercent.toFixed(2)} %`
}

/** Sums of tenths of a mWh are not exact in Wh. */
function roundedEnergy(energy: number): number {
    return Math.round(energy / ENERGY_UNIT_WH) / Math.round(1 / ENERGY_UNIT_WH)
}
