import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Random } from "../sim/random.js"
import type { Scenario } from "../sim/scenario.js"
import { World } from "../sim/world.js"
import { imageReader } from "./images.js"
import { type ServerView, viewOfStore } from "./server-view.js"
import { openVirtualServer, type VirtualServer } from "./virtual-server.js"

/** Runs start here unless the scenario says otherwise, so that they repeat exactly. */
const DEFAULT_START = Date.UTC(2026, 0, 1)

export interface VirtualWorldOptions {
    /** Folder of the server's database; one that goes away again by default. */
    dataDir?: string
    /** The scenario's own by default. */
    seed?: number
    /** Bytecode file for every board; the built firmware by default. */
    image?: string
    onLine?: (device: string, line: string) => void
}

/** A started scenario and the server it reports to, both on virtual time. */
export interface VirtualWorld {
    world: World
    view: ServerView
    server: VirtualServer
    seed: number
    startUnixMs: number
}

/** Starts a scenario with a server of its own in this process, hands it over, and clears it away. */
export async function withVirtualWorld<T>(
    scenario: Scenario,
    options: VirtualWorldOptions,
    use: (started: VirtualWorld) => Promise<T>
): Promise<T> {
    const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), "meterbeat-"))
    const seed = options.seed ?? scenario.seed
    const startUnixMs = scenario.startTime ? Date.parse(scenario.startTime) : DEFAULT_START
    const random = new Random(seed).fork("server")
    let unixMs = () => startUnixMs
    const server = await openVirtualServer({
        dataDir,
        clock: () => unixMs(),
        randomBytes: size => Buffer.from(Array.from({ length: size }, () => random.nextInt(256))),
        latencyMs: scenario.network.latencyMs,
    })
    try {
        const world = new World(scenario, {
            image: imageReader(options.image),
            register: device => server.register(device),
            link: server.link,
            startUnixMs,
            seed,
            onLine: options.onLine,
        })
        unixMs = () => world.serverUnixMs()
        await world.start()
        const result = await use({
            world,
            view: viewOfStore(server.store),
            server,
            seed,
            startUnixMs,
        })
        world.stop()
        return result
    } finally {
        await server.close()
        if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true })
    }
}
