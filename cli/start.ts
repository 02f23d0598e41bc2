import { randomBytes } from "node:crypto"
import { fileURLToPath } from "node:url"
import { pino } from "pino"
import { type RunningServer, startServer } from "../server/main.js"
import { loadScenario, type Scenario } from "../sim/scenario.js"
import { type Registration, World } from "../sim/world.js"
import { firmwareImage } from "./images.js"
import { printWelcome } from "./serve.js"
import { introduce, viewOfStore } from "./server-view.js"
import { realLink } from "./simulate-on-server.js"
import { onceStopped } from "./stop.js"
import { registerDevice } from "./virtual-server.js"

const DEMO_HOME = fileURLToPath(new URL("../scenarios/demo-home.json", import.meta.url))

export interface StartOptions {
    port: number
    data: string
}

/** `meterbeat start`: the server, and a simulated home over real sockets at real time. */
export async function start(options: StartOptions): Promise<void> {
    const scenario = loadScenario(DEMO_HOME)
    const server = await startServer({
        port: options.port,
        host: "127.0.0.1",
        dataDir: options.data,
        readOnly: false,
        logger: pino({ level: "warn" }),
    })
    printWelcome(server.url, server.firstRunPassword)
    try {
        await runHome(scenario, server)
    } finally {
        await server.close()
    }
}

/** Ends at Ctrl-C. */
async function runHome(scenario: Scenario, server: RunningServer): Promise<void> {
    const startUnixMs = Date.now()
    const startWallMs = performance.now()
    const newDevices: Registration[] = []
    const world = new World(scenario, {
        image: firmwareImage,
        register: device => {
            // the home keeps its identity from start to start, its key is made on this machine
            const fresh = { ...device, key: randomBytes(32) }
            if (!server.store.deviceKey(device.id)) newDevices.push(device)
            return registerDevice(server.store, fresh, server.url)
        },
        link: realLink,
        startUnixMs,
        seed: scenario.seed,
        entropy: randomBytes,
    })
    try {
        await world.start()
        const since = new Date(startUnixMs).toISOString()
        console.log(`A simulated home is counting since ${since}; Ctrl-C stops everything.`)
        let isStopped = false
        void onceStopped().then(() => {
            isStopped = true
        })
        // what it took to make the board ready is caught up, so that the home keeps the wall's time
        const pace = { allowedMs: () => world.startMs + performance.now() - startWallMs }
        const toHere = () => isStopped
        // what its owner has renamed since stays so
        await introduce(world, viewOfStore(server.store), newDevices, pace, toHere)
        await world.runTo(Number.POSITIVE_INFINITY, pace, toHere)
        printTruth(world)
    } finally {
        world.stop()
    }
}

/** What the sources know to have happened, to hold against what the page showed. */
function printTruth(world: World): void {
    for (const { spec, sources } of world.devices)
        sources.forEach((source, i) => {
            const pulses = source.countBetween(0, world.sinceStartMs())
            console.log(`${spec.name}, ${spec.channels[i].name}: ${pulses} pulses were simulated.`)
        })
}
