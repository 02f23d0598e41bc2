import type { Database } from "better-sqlite3"
import { imageReader } from "../../cli/images.js"
import { Random } from "../../sim/random.js"
import { World, type WorldDevice } from "../../sim/world.js"
import { CRASH_TEXT } from "../database-hook.js"
import { FAULT_KINDS, type Fault, type FaultKind } from "../faults.js"
import type { BoardLife } from "../incidents.js"
import { DRAIN_MS, eventsOf, type Plan, START_UNIX_MS } from "../plan.js"
import { type Span, without } from "../spans.js"
import type { Watch, WatchedHome } from "../watch.js"
import { FlashCuts } from "./flash-cut.js"
import { scenarioOf } from "./plain-scenario.js"
import { PlainServer, SERVER_URL } from "./plain-server.js"

/** What the plain world can do. Messages of one connection keep their order there, and none comes twice. */
export const PLAIN_KINDS: readonly FaultKind[] = FAULT_KINDS.filter(
    kind => kind !== "reorder" && kind !== "duplicate"
)

const CHECK_MS = 2 * 3_600_000
const DISTURBED_AFTER_CUT_MS = 60_000

/** A home on the real firmware image in its virtual machine, and the whole server. */
export class PlainWorld {
    private readonly server: PlainServer
    private readonly world: World
    private unixMs: () => number = () => START_UNIX_MS
    private readonly cuts: FlashCuts[]
    private isDiskFull = false
    private readonly down: { fromMs: number; toMs: number }[] = []

    constructor(
        private readonly plan: Plan,
        dir: string,
        private readonly watch: Watch
    ) {
        const random = new Random(plan.seed).fork("server")
        const server = new PlainServer({
            dir,
            clock: () => this.unixMs(),
            uptimeMs: () => this.world.scheduler.nowMs(),
            randomBytes: size =>
                Buffer.from(Array.from({ length: size }, () => random.nextInt(256))),
            latencyMs: 20,
            onLog: (level, text) => this.logged(level, text),
        })
        this.server = server
        this.world = new World(scenarioOf(plan, dir), {
            image: imageReader(undefined),
            register: device => server.register(device),
            link: (scheduler, wake) => server.link(scheduler, wake),
            startUnixMs: START_UNIX_MS,
            seed: plan.seed,
        })
        const side = {
            world: this.world,
            url: SERVER_URL,
            random: random.fork("flash"),
            fired: (kind: FaultKind) => watch.fired(kind),
            failed: (reason: string) => watch.failed("no-panic", reason),
        }
        this.cuts = this.world.devices.map(device => new FlashCuts(device, side))
    }

    get db(): Database {
        return this.server.db
    }

    get homes(): WatchedHome[] {
        return this.world.devices.map((device, index) => ({
            deviceId: device.registration.id,
            lives: this.livesOf(device, index),
            outboxBytes: () => 0,
        }))
    }

    nowMs(): number {
        return this.world.sinceStartMs()
    }

    async run(): Promise<void> {
        await this.server.start()
        this.unixMs = () => this.world.serverUnixMs()
        await this.world.start()
        for (const fault of this.plan.faults) this.note(fault)
        const endMs = this.plan.durationMs + DRAIN_MS
        for (let atMs = CHECK_MS; atMs < endMs; atMs += CHECK_MS) {
            await this.world.runTo(atMs)
            this.check(atMs)
        }
        await this.world.runTo(endMs)
        this.check(endMs)
        for (const { spec, board } of this.world.devices)
            for (const code of board.panics)
                this.watch.failed("no-panic", `${spec.name}: panic ${code}`)
        for (const { link } of this.world.devices)
            for (let cut = 0; cut < link.faults.cuts; cut++) this.watch.fired("cut-frame")
    }

    async stop(): Promise<void> {
        this.world.stop()
        await this.server.stop()
    }

    private check(atMs: number): void {
        if (this.server.isUp) this.watch.check(this.server.db, [], atMs, 0)
    }

    private note(fault: Fault): void {
        const { scheduler, startMs } = this.world
        scheduler.at(startMs + fault.atMs, () => this.begin(fault))
    }

    /** What the simulator does by itself is only counted. */
    private begin(fault: Fault): void {
        const { watch } = this
        const { kind, atMs, device } = fault
        if (kind === "server-crash") this.crash(fault)
        else if (kind === "disk-full") this.fillDisk(fault)
        else if (kind.startsWith("flash-")) this.cuts[device].arm(fault)
        else if (kind === "clock-step") {
            watch.fired(kind)
            watch.clockStepped({ atMs, byMs: fault.amount })
        } else if (kind !== "cut-frame" && this.hasEffect(fault)) watch.fired(kind)
    }

    /** Did it find the device with power? One that is cut has lost it by now. */
    private hasEffect({ kind, device }: Fault): boolean {
        const { board } = this.world.devices[device]
        if (kind === "clone") return true
        const isCut = kind === "power-cut" || kind === "brown-out"
        return isCut ? board.powered.at(-1)?.toMs === this.world.scheduler.nowMs() : board.isOn
    }

    private fillDisk({ atMs, durationMs }: Fault): void {
        const { server, world } = this
        this.down.push({ fromMs: atMs, toMs: atMs + durationMs })
        this.isDiskFull = true
        if (server.isUp) server.setDiskFull(true)
        world.scheduler.after(durationMs, () => {
            this.isDiskFull = false
            if (server.isUp) server.setDiskFull(false)
        })
    }

    private logged(level: "warn" | "error", text: string): void {
        if (this.isDiskFull && text.startsWith("The disk is full")) this.watch.fired("disk-full")
        else if (level === "error" && !text.includes(CRASH_TEXT))
            this.watch.failed("server-answers", text)
    }

    private crash({ amount, durationMs }: Fault): void {
        if (!this.server.isUp) return
        const { server, watch, world } = this
        server.crashAt(amount, world.scheduler, () => {
            watch.fired("server-crash")
            const fromMs = world.sinceStartMs()
            this.down.push({ fromMs, toMs: fromMs + durationMs })
            const start = async () => {
                await server.start()
                if (this.isDiskFull) server.setDiskFull(true)
            }
            world.scheduler.after(durationMs, () => world.scheduler.owe(start()))
        })
    }

    private livesOf(device: WorldDevice, index: number): BoardLife[] {
        const { plan } = this
        const own = plan.faults.filter(fault => fault.device === index)
        const disturbed = [
            ...own
                .filter(({ kind }) => kind !== "power-cut" && kind !== "brown-out")
                .map(({ atMs, durationMs }): [number, number] => [
                    atMs,
                    atMs + durationMs + DISTURBED_AFTER_CUT_MS,
                ]),
            ...this.down.map(({ fromMs, toMs }): [number, number] => [fromMs - 60_000, toMs]),
        ]
        const skewed = own
            .filter(({ kind }) => kind === "latency")
            .map(({ atMs, durationMs }) => ({
                fromMs: atMs,
                toMs: atMs + durationMs,
                errorMs: 500,
            }))
        const { startMs } = this.world
        const idle = this.cuts[index].idleSpans(this.nowMs())
        return [device.board, ...device.clones].map((board, copy) => {
            const powered = board.powered.map(
                ({ fromMs, toMs }): Span => [
                    fromMs - startMs,
                    Math.min(toMs - startMs, this.nowMs()),
                ]
            )
            const cuts = board.powered
                .map(({ toMs }) => toMs - startMs)
                .filter(atMs => Number.isFinite(atMs) && !isWithin(atMs, idle))
                .map(atMs => ({
                    atMs,
                    isFlashHurt: copy > 0 || this.cuts[index].hurtAtMs.includes(atMs),
                }))
            const counting = copy > 0 ? powered : without(powered, idle)
            const events = plan.devices[index].channels.map((_, channel) =>
                eventsOf(plan, index, channel)
            )
            const { ppm } = plan.devices[index]
            return { events, counting, cuts, disturbed, skewed, blind: [], ppm }
        })
    }
}

function isWithin(atMs: number, spans: readonly Span[]): boolean {
    return spans.some(([from, to]) => from <= atMs && atMs <= to)
}
