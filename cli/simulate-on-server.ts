import { randomBytes } from "node:crypto"
import { LinkFaults } from "../sim/link-faults.js"
import { RealNet } from "../sim/real-net.js"
import { paceOf } from "../sim/run-loop.js"
import type { Scenario } from "../sim/scenario.js"
import type { Scheduler } from "../sim/scheduler.js"
import { type Link, World } from "../sim/world.js"
import { type ApiClient, signIn } from "./api-client.js"
import { connectionString } from "./connection-string.js"
import { drain } from "./drain.js"
import { imageReader } from "./images.js"
import { introduce } from "./server-view.js"
import { type Result, resultOf } from "./simulation-result.js"
import { onceStopped } from "./stop.js"

export interface OnServerOptions {
    seed?: number
    image?: string
    onLine?: (device: string, line: string) => void
}

/** Runs a scenario at real time against a server elsewhere; ends with it or at Ctrl-C. */
export async function simulateOnServer(
    scenario: Scenario,
    serverUrl: string,
    options: OnServerOptions
): Promise<Result> {
    const api = await signIn(serverUrl)
    // two runs on one server are two sets of devices
    const seed = options.seed ?? randomBytes(4).readUInt32LE(0)
    const startUnixMs = Date.now()
    const world = new World(scenario, {
        image: imageReader(options.image),
        register: async ({ id, name }) => {
            const made = await api.createDevice(id, name)
            return connectionString(serverUrl, made.id, Buffer.from(made.key, "hex"))
        },
        link: realLink,
        startUnixMs,
        seed,
        entropy: randomBytes,
        onLine: options.onLine,
    })
    try {
        const durationMs = await runToEnd(world, api, scenario)
        const pace = paceOf(1, world.scheduler.nowMs(), () => performance.now())
        return await resultOf(world, api, { seed, startUnixMs, durationMs, pace })
    } finally {
        world.stop()
    }
}

/** Returns how long the scenario ran until its end or Ctrl-C, in ms. */
async function runToEnd(world: World, api: ApiClient, scenario: Scenario): Promise<number> {
    await world.start()
    let isStopped = false
    void onceStopped().then(() => {
        isStopped = true
    })
    const toHere = () => isStopped
    const pace = paceOf(1, world.scheduler.nowMs(), () => performance.now())
    const devices = world.devices.map(({ registration }) => registration)
    await introduce(world, api, devices, pace, toHere)
    const endMs = (scenario.durationS ?? Number.POSITIVE_INFINITY) * 1000
    await world.runTo(endMs, pace, toHere)
    const durationMs = Math.min(endMs, world.sinceStartMs())
    if (isStopped) console.error("Stopped early: what was still under way is shown as lost.")
    else await drain(world, api, durationMs, pace)
    return durationMs
}

/** Real sockets for one device. */
export function realLink(scheduler: Scheduler, wake: (work: () => void) => void): Link {
    const faults = new LinkFaults(scheduler)
    const net = new RealNet(faults, wake)
    return { net, tls: net, faults }
}
