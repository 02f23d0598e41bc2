import type { Pace } from "../sim/run-loop.js"
import type { World, WorldDevice } from "../sim/world.js"
import type { ServerView, StoredChannel } from "./server-view.js"

/** One channel's true, counted and stored pulses. Counts without a known truth are null. */
interface ChannelResult {
    device: string
    channel: string
    kind: string
    /** From the source's own list of events. */
    trueCount: number | null
    /** As the device says itself, on its bus. */
    countedCount: number
    /** The sum of the server's slots, however they came about. */
    storedCount: number
    /** Wh, or litres for gas and water. */
    trueEnergy: number | null
    storedEnergy: number
    unit: "Wh" | "l"
    /** True, and not stored. */
    lost: number | null
    /** Stored, and not counted. */
    duplicated: number
    /** Counted and stored without a slot of its own. */
    unplaced: number
    /** Sampling ticks that came late in the newest report. */
    late: number
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
        const counts = await world.countsOf(device, run.pace)
        counts.forEach((countedCount, i) => {
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
        notes: world.devices.flatMap(({ sources }) => sources.flatMap(({ notes }) => notes)),
        channels,
    }
}

function channelResult(
    { spec, sources }: WorldDevice,
    index: number,
    durationMs: number,
    countedCount: number,
    channel: StoredChannel | undefined
): ChannelResult {
    const { name, kind, type, perPulse } = spec.channels[index]
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
        unit: type === "electricity" ? "Wh" : "l",
        lost: trueCount === null ? null : Math.max(0, trueCount - storedCount),
        duplicated: Math.max(0, storedCount - countedCount),
        unplaced: channel?.unplacedCount ?? 0,
        late: channel?.lateTicks ?? 0,
    }
}

/** The same for people. */
export function printTable(result: Result): void {
    for (const note of result.notes) console.log(note)
    const rows = result.channels.map(each => ({
        device: each.device,
        channel: each.channel,
        true: each.trueCount ?? "unknown",
        counted: each.countedCount,
        stored: each.storedCount,
        energy: `${each.storedEnergy} ${each.unit}`,
        lost: each.lost ?? "unknown",
        duplicated: each.duplicated,
    }))
    console.table(rows)
}
