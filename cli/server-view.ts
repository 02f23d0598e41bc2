import type { Store } from "../server/store/store.js"
import type { Pace } from "../sim/run-loop.js"
import type { ScenarioChannel } from "../sim/scenario.js"
import type { Registration, World } from "../sim/world.js"
import { CHANNEL_KINDS, isClampKind } from "../src/wire/channels.js"

const POLL_MS = 1000
const LIMIT_S = 60

/** What a server holds of one channel. */
export interface StoredChannel {
    deviceId: string
    number: number
    /** Pulses since install, and those of them that are in no slot. */
    totalCount: number
    unplacedCount: number
    /** Sum of its slots. */
    sinceCount: number
    lateTicks: number | null
}

/** A server as the simulator sees it: in this process, or over its API. */
export interface ServerView {
    storedChannels(): Promise<StoredChannel[]>
    /** Gives a device's channels their names, types and weights, once it has announced them. */
    describeChannels(device: Registration): Promise<void>
}

export function viewOfStore(store: Store): ServerView {
    return {
        storedChannels: async () => store.now(0),
        describeChannels: async device => {
            for (const { id, deviceId, number } of store.channels()) {
                const channel = device.channels[number]
                if (deviceId !== device.id || !channel) continue
                store.updateChannel(id, descriptionOf(channel))
            }
        },
    }
}

/** A mains channel measures electricity by itself, so it has a name only. */
export function descriptionOf({ kind, name, type, perPulse }: ScenarioChannel) {
    return isClampKind(CHANNEL_KINDS.indexOf(kind)) ? { name } : { name, type, perPulse }
}

/**
 * Runs on until the server has heard of these devices' channels, then tells it their names. Throws
 * an Error with one sentence when it has not within a minute; returns early when stopped.
 */
export async function introduce(
    world: World,
    server: ServerView,
    devices: Registration[],
    pace: Pace,
    isStopped: () => boolean
): Promise<void> {
    const limitMs = world.sinceStartMs() + LIMIT_S * 1000
    while (!isStopped()) {
        const known = await server.storedChannels()
        const unheard = devices.find(({ id, channels }) =>
            channels.some(
                (_, number) => !known.some(each => each.deviceId === id && each.number === number)
            )
        )
        if (!unheard) {
            for (const device of devices) await server.describeChannels(device)
            return
        }
        if (world.sinceStartMs() >= limitMs)
            throw new Error(
                `The server has not heard from device ${unheard.name} within ${LIMIT_S} s.`
            )
        await world.runTo(world.sinceStartMs() + POLL_MS, pace, isStopped)
    }
}
