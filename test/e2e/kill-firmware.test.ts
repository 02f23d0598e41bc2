import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { expect, onTestFinished, test } from "vitest"
import { drain } from "../../cli/drain.js"
import { firmwareImage } from "../../cli/images.js"
import { viewOfStore } from "../../cli/server-view.js"
import { realLink } from "../../cli/simulate-on-server.js"
import { registerDevice } from "../../cli/virtual-server.js"
import { createSecretBox } from "../../server/auth/secret-box.js"
import { openDataDir } from "../../server/data-dir.js"
import { openSqliteStore } from "../../server/store/sqlite.js"
import { Random } from "../../sim/random.js"
import { paceOf } from "../../sim/run-loop.js"
import { loadScenario } from "../../sim/scenario.js"
import { World } from "../../sim/world.js"
import { seededBytes } from "../server/helpers.js"
import { temporaryDir } from "../temporary-dir.js"
import { takeFreePort } from "./free-port.js"

const ENTRY = fileURLToPath(new URL("fast-server-entry.ts", import.meta.url))
const SPEED = 60
const DURATION_MS = 20 * 60_000
const KILLS = 3
/** The server is killed so long after each start. */
const LEAST_LIFE_MS = 30_000
const MOST_LIFE_MS = 200_000
const START_MS = Date.UTC(2026, 0, 1)

/** The server as a process of its own, on a clock that runs SPEED times as fast. */
class KillableServer {
    private child: ChildProcess | undefined

    constructor(private readonly args: string[]) {
        onTestFinished(() => void this.child?.kill("SIGKILL"))
    }

    /** Resolves when it answers. */
    async start(): Promise<void> {
        this.child = spawn(process.execPath, ["--import", "tsx", ENTRY, ...this.args], {
            stdio: ["ignore", "ignore", "inherit", "ipc"],
        })
        await once(this.child, "message")
    }

    /** Kills it in the midst of its work and starts it again. */
    async restart(): Promise<void> {
        this.child?.kill("SIGKILL")
        if (this.child) await once(this.child, "exit")
        await this.start()
    }
}

test(`the firmware loses and doubles no pulse when its server is killed ${KILLS} times`, {
    timeout: 120_000,
}, async () => {
    const dataDir = temporaryDir()
    const port = await takeFreePort()
    const data = openDataDir(dataDir, seededBytes("key"))
    const storeOptions = {
        file: data.databaseFile,
        secretBox: createSecretBox(data.secretKey, seededBytes("box")),
    }
    const before = await openSqliteStore(storeOptions)
    const scenario = loadScenario("scenarios/link-loss.json")
    const lines: string[] = []
    const world = new World(
        { ...scenario, durationS: DURATION_MS / 1000, faults: [] },
        {
            image: firmwareImage,
            register: device => registerDevice(before, device, `http://127.0.0.1:${port}`),
            link: realLink,
            startUnixMs: START_MS,
            seed: scenario.seed,
            onLine: (_device, line) => lines.push(line),
        }
    )
    onTestFinished(() => world.stop())
    await world.start()
    before.close()
    data.release()

    const startWallMs = Date.now()
    const server = new KillableServer(
        [dataDir, port, SPEED, START_MS, startWallMs].map(each => String(each))
    )
    await server.start()
    const random = new Random(scenario.seed).fork("kills")
    let kills = 0
    const planKill = () => {
        const lifeMs = LEAST_LIFE_MS + random.nextInt(MOST_LIFE_MS - LEAST_LIFE_MS)
        world.scheduler.after(lifeMs, async () => {
            await server.restart()
            kills++
            if (kills < KILLS) planKill()
        })
    }
    planKill()
    const pace = paceOf(SPEED, world.scheduler.nowMs(), Date.now)
    await world.runTo(DURATION_MS, pace)
    await world.runTo(Number.POSITIVE_INFINITY, pace, () => kills === KILLS)
    const store = await openSqliteStore({ ...storeOptions, readOnly: true })
    onTestFinished(() => store.close())
    await drain(world, viewOfStore(store), DURATION_MS, pace)

    // a life may be too short for a link
    expect(lines.filter(line => line.includes("(link up)")).length).toBeGreaterThan(1)
    const [device] = world.devices
    const truth = device.sources.map(source => source.countBetween(0, DURATION_MS))
    const stored = store
        .channels()
        .map(({ id }) =>
            store.slots(id, 0, START_MS * 2).reduce((sum, { count }) => sum + count, 0)
        )
    expect(Math.min(...truth.map(Number))).toBeGreaterThan(20)
    expect(await world.countsOf(device)).toEqual(truth)
    expect(stored).toEqual(truth)
    for (const { unplacedCount } of store.now(0)) expect(unplacedCount).toBe(0)
})
