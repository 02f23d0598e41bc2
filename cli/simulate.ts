import { MAX_SPEED, type Pace, paceOf } from "../sim/run-loop.js"
import { loadScenario, type Scenario } from "../sim/scenario.js"
import type { World } from "../sim/world.js"
import { drain, FIRST_HELLO_MS } from "./drain.js"
import { startProgress } from "./progress.js"
import { simulateOnServer } from "./simulate-on-server.js"
import { printTable, type Result, resultOf } from "./simulation-result.js"
import { type VirtualWorldOptions, withVirtualWorld } from "./virtual-world.js"

export interface SimulateOptions {
    scenario: string
    server?: string
    speed?: number
    seed?: number
    data?: string
    image?: string
    json: boolean
    log: boolean
}

/** `meterbeat simulate`: a scenario against the built-in server, or a running one. */
export async function simulate(options: SimulateOptions): Promise<void> {
    const { server, speed, seed, image, data: dataDir } = options
    const scenario = loadScenario(options.scenario)
    checkOptions(options, scenario)
    const onLine = options.log
        ? (device: string, line: string) => console.log(`${device}: ${line}`)
        : undefined
    const result = server
        ? await simulateOnServer(scenario, server, { seed, image, onLine })
        : await runScenario(scenario, { dataDir, speed, seed, image, onLine })
    if (options.json) console.log(JSON.stringify(result))
    else printTable(result)
}

function checkOptions(options: SimulateOptions, scenario: Scenario): void {
    if (options.server === undefined) {
        if (scenario.durationS === undefined)
            throw new Error(`${options.scenario}: durationS is needed without --server.`)
        return
    }
    const step = scenario.faults.findIndex(({ type }) => type === "clock-step")
    if (step >= 0)
        throw new Error(
            `${options.scenario}: faults[${step}] steps the server's clock, which --server cannot.`
        )
    if (options.speed !== undefined && options.speed !== 1)
        throw new Error("--speed must be 1 with --server: a running server's clock is the wall's.")
    if (options.data !== undefined)
        throw new Error("--data is the built-in server's: leave it out with --server.")
}

export interface RunOptions extends VirtualWorldOptions {
    /** Virtual seconds a second; as fast as can be by default. */
    speed?: number
}

/** A whole scenario through VM, link, ingest and SQLite, drained at the end. */
export async function runScenario(scenario: Scenario, options: RunOptions): Promise<Result> {
    const durationMs = (scenario.durationS ?? 0) * 1000
    return withVirtualWorld(scenario, options, async ({ world, view, seed, startUnixMs }) => {
        await runWithProgress(world, durationMs, paceFrom(world, options.speed))
        for (const { registration } of world.devices) await view.describeChannels(registration)
        await drain(world, view, durationMs)
        return resultOf(world, view, { seed, startUnixMs, durationMs })
    })
}

function paceFrom(world: World, speed: number | undefined): Pace {
    if (speed === undefined || !Number.isFinite(speed)) return MAX_SPEED
    return paceOf(speed, world.scheduler.nowMs(), () => performance.now())
}

async function runWithProgress(world: World, durationMs: number, pace: Pace): Promise<void> {
    const progress = startProgress("simulated", durationMs / 1000, "s")
    const stepMs = Math.max(durationMs / 200, FIRST_HELLO_MS)
    for (let atMs = stepMs; atMs < durationMs; atMs += stepMs) {
        await world.runTo(atMs, pace)
        progress.update(atMs / 1000)
    }
    await world.runTo(durationMs, pace)
    progress.stop()
}
