import { fileURLToPath } from "node:url"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { loadScenario, type Scenario } from "../sim/scenario.js"
import { type VirtualWorld, withVirtualWorld } from "./virtual-world.js"

/** Long enough for the host to have compiled what runs often. */
const WARM_UP_MS = 900_000
const SETTLE_MS = 60_000
const MEASURED_MS = 1_200_000
const RUNS = 5
const MANY_DEVICES = 20

setFlagsFromString("--expose-gc")
const collectGarbage = runInNewContext("gc") as () => void

/** `meterbeat bench simulate`: medians of five runs with their spread. */
export async function benchSimulate(options: { json: boolean }): Promise<void> {
    // first, while nothing else has grown the process
    const many = await manyDevices(scenarioOf("bench-two-channels.json"))
    const two = await speedOf(scenarioOf("bench-two-channels.json"))
    const nine = await speedOf(scenarioOf("bench-nine-channels.json"))
    const result = {
        virtualPerWallSecond: two.median,
        virtualPerWallSecondSpread: two.spread,
        virtualPerWallSecondNineChannels: nine.median,
        virtualPerWallSecondNineChannelsSpread: nine.spread,
        ...many,
    }
    if (options.json) console.log(JSON.stringify(result))
    else console.table(result)
}

function scenarioOf(file: string): Scenario {
    return loadScenario(fileURLToPath(new URL(`../scenarios/${file}`, import.meta.url)))
}

/** Virtual seconds per second of one device, network, server and store included. */
async function speedOf(scenario: Scenario): Promise<{ median: number; spread: number[] }> {
    return withVirtualWorld(scenario, {}, async ({ world }) => {
        await world.runTo(WARM_UP_MS)
        const speeds: number[] = []
        for (let run = 0; run < RUNS; run++) {
            const startMs = performance.now()
            await world.runTo(WARM_UP_MS + (run + 1) * MEASURED_MS)
            speeds.push(Math.round(MEASURED_MS / (performance.now() - startMs)))
        }
        speeds.sort((a, b) => a - b)
        return { median: speeds[Math.floor(RUNS / 2)], spread: [speeds[0], speeds[RUNS - 1]] }
    })
}

/** Resident memory that each of twenty more devices takes, and how many of them keep up with real time. */
async function manyDevices(scenario: Scenario) {
    const template = scenario.devices[0]
    const devices = Array.from({ length: MANY_DEVICES }, (_, i) => ({
        ...template,
        name: `meter-${i}`,
    }))
    return withVirtualWorld(scenario, {}, async one => {
        const before = await usedBytes(one)
        return withVirtualWorld({ ...scenario, devices }, {}, async many => {
            const bytesPerDevice = Math.round(((await usedBytes(many)) - before) / MANY_DEVICES)
            const startMs = performance.now()
            await many.world.runTo(2 * SETTLE_MS)
            const speed = SETTLE_MS / (performance.now() - startMs)
            return { bytesPerDevice, realtimeDevices: Math.floor(speed * MANY_DEVICES) }
        })
    })
}

async function usedBytes({ world }: VirtualWorld): Promise<number> {
    await world.runTo(SETTLE_MS)
    collectGarbage()
    return process.memoryUsage.rss()
}
