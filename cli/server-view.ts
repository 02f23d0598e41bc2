import type { Store } from "../server/store/store.js"
import type { Registration } from "../sim/world.js"

/** What a server holds of one channel. */
export interface StoredChannel {
    deviceId: string
    number: number
    /** Pulses since install, and those of them that are in no slot. */
    totalCount: number
    unplacedCount: number
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
                const { name, type, perPulse } = channel
                store.updateChannel(id, { name, type, perPulse })
            }
        },
    }
}
