import type { Pace } from "../sim/run-loop.js"
import type { World } from "../sim/world.js"
import type { ServerView } from "./server-view.js"

/** By then every device has said hello, and the server knows its channels. */
export const FIRST_HELLO_MS = 4000

const STEP_MS = 5000
const LIMIT_MS = 20 * 60_000

/** Runs on until the server holds all that the devices have counted, for twenty minutes at most. */
export async function drain(
    world: World,
    server: ServerView,
    durationMs: number,
    pace?: Pace
): Promise<void> {
    // after one step, what was under way in a sensor is counted
    let atMs = durationMs + STEP_MS
    await world.runTo(atMs, pace)
    while (atMs < durationMs + LIMIT_MS && !(await isDrained(world, server, pace))) {
        atMs = Math.max(atMs + STEP_MS, world.sinceStartMs())
        await world.runTo(atMs, pace)
    }
}

async function isDrained(world: World, server: ServerView, pace?: Pace): Promise<boolean> {
    const stored = await server.storedChannels()
    for (const device of world.devices) {
        // one that is off, or has lost its program, has nothing more to give
        if (!device.board.isOn || device.board.flash.wear.formats > 0) continue
        const counts = await world.countsOf(device, pace)
        const isStored = counts.every((count, number) => {
            const channel = stored.find(
                each => each.deviceId === device.registration.id && each.number === number
            )
            return count === 0 || (channel !== undefined && channel.sinceCount >= count)
        })
        if (!isStored) return false
    }
    return true
}
