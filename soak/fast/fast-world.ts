import type { Database } from "better-sqlite3"
import { Random } from "../../sim/random.js"
import { Scheduler } from "../../sim/scheduler.js"
import { CRASH_TEXT } from "../database-hook.js"
import type { Fault } from "../faults.js"
import { DRAIN_MS, eventsOf, type Plan, START_UNIX_MS } from "../plan.js"
import type { Watch } from "../watch.js"
import { digestOf } from "./digest.js"
import { FastServer } from "./fast-server.js"
import { Home } from "./home.js"

/** What arrives within it is one turn of the server, and one commit: those of one slot of all devices. */
const TURN_MS = 50
const CHECK_MS = 6 * 3_600_000
/** After the run the link stays up until everything has arrived, but no longer than this. */
const DRAIN_LIMIT_MS = 3 * 3_600_000
const DRAIN_STEP_MS = 120_000
/** More heap than any outbox is given. */
const OUTBOX_LIMIT_BYTES = 30_000

/** A home's boards, its links and the real server's ingest and store, on virtual time. */
export class FastWorld {
    readonly scheduler = new Scheduler()
    readonly homes: Home[]
    readonly server: FastServer
    private readonly random: Random
    private clockOffsetMs = 0
    private isTurnDue = false
    /** Statement of the next turn before which the server crashes. */
    private crash: Fault | undefined
    private isDiskFull = false
    /** What has to be awaited before virtual time goes on. */
    private owed: (() => Promise<void>) | undefined

    constructor(
        private readonly plan: Plan,
        dir: string,
        private readonly watch: Watch
    ) {
        this.random = new Random(plan.seed).fork("world")
        const entropy = this.random.fork("entropy")
        this.server = new FastServer({
            dir,
            clock: () => this.unixMs(),
            uptimeMs: () => this.scheduler.nowMs(),
            randomBytes: size => bytesOf(entropy, size),
            onLog: (level, text) => this.logged(level, text),
        })
        this.homes = plan.devices.map(
            (device, index) =>
                new Home(
                    index,
                    device.ppm,
                    copy =>
                        device.channels.map((_, channel) => eventsOf(plan, index, channel, copy)),
                    {
                        scheduler: this.scheduler,
                        random: this.random.fork(`home ${index}`),
                        isServerUp: () => this.server.isUp,
                        receive: (link, topic, data) => {
                            if (!this.server.isUp) return
                            this.server.receive(link, topic, data)
                            this.oweTurn()
                        },
                        fired: kind => watch.fired(kind),
                    }
                )
        )
    }

    get db(): Database {
        return this.server.db
    }

    nowMs(): number {
        return this.scheduler.nowMs()
    }

    stop(): void {
        this.server.stop()
    }

    async run(): Promise<void> {
        await this.server.start()
        for (const home of this.homes) this.server.register(home.deviceId, `Home ${home.index}`)
        for (const home of this.homes) home.start()
        for (const fault of this.plan.faults) this.scheduler.at(fault.atMs, () => this.begin(fault))
        for (let atMs = CHECK_MS; atMs < this.plan.durationMs; atMs += CHECK_MS)
            this.scheduler.at(atMs, () => this.check())
        await this.runTo(this.plan.durationMs)
        await this.drain()
        for (const home of this.homes) home.finish(this.scheduler.nowMs())
    }

    private async drain(): Promise<void> {
        const endMs = this.scheduler.nowMs() + DRAIN_LIMIT_MS
        await this.runTo(this.scheduler.nowMs() + DRAIN_MS)
        while (this.scheduler.nowMs() < endMs && !this.homes.every(home => home.isDrained()))
            await this.runTo(this.scheduler.nowMs() + DRAIN_STEP_MS)
    }

    private async runTo(endMs: number): Promise<void> {
        for (;;) {
            const nextMs = this.scheduler.nextMs()
            if (nextMs === undefined || nextMs > endMs) break
            this.scheduler.step()
            const { owed } = this
            this.owed = undefined
            if (owed) await owed()
        }
        this.scheduler.advanceTo(endMs)
    }

    private unixMs(): number {
        return Math.floor(START_UNIX_MS + this.scheduler.nowMs() + this.clockOffsetMs)
    }

    private begin(fault: Fault): void {
        if (fault.device >= 0) this.homes[fault.device].begin(fault)
        else if (fault.kind === "server-crash") this.crash = fault
        else if (fault.kind === "clock-step") {
            this.clockOffsetMs += fault.amount
            this.watch.clockStepped({ atMs: fault.atMs, byMs: fault.amount })
            this.watch.fired("clock-step")
        } else this.fillDisk(fault)
    }

    private fillDisk(fault: Fault): void {
        if (!this.server.isUp) return
        this.isDiskFull = true
        this.server.setDiskFull(true)
        const { server, scheduler } = this
        scheduler.after(fault.durationMs, () => {
            this.isDiskFull = false
            if (server.isUp) server.setDiskFull(false)
        })
        for (const home of this.homes) home.disturb(fault.atMs, fault.atMs + fault.durationMs)
    }

    private oweTurn(): void {
        if (this.isTurnDue) return
        this.isTurnDue = true
        this.scheduler.after(TURN_MS, () => {
            this.isTurnDue = false
            if (!this.server.isUp) return
            if (this.crash) this.crashServer(this.crash)
            else this.server.flush()
        })
    }

    private crashServer({ amount, durationMs }: Fault): void {
        this.crash = undefined
        const { server, watch } = this
        const links = this.homes.flatMap(home => home.links())
        const before = digestOf(server.db)
        const sent = () => links.reduce((sum, link) => sum + link.sent, 0)
        const sentBefore = sent()
        let expected: string | undefined
        server.crash(amount, isDone => {
            for (const link of links) link.isAlive = false
            if (isDone) expected = digestOf(server.db)
            else if (server.db.inTransaction || amount === 0) expected = before
            if (!isDone && sent() > sentBefore)
                watch.failed(
                    "acknowledged-is-durable",
                    "something was acknowledged before its commit"
                )
        })
        watch.fired("server-crash")
        const nowMs = this.scheduler.nowMs()
        for (const home of this.homes) {
            home.serverGone()
            home.disturb(nowMs, nowMs + durationMs)
        }
        this.scheduler.after(durationMs, () => {
            this.owed = async () => {
                await server.start()
                if (this.isDiskFull) server.setDiskFull(true)
                if (expected !== undefined && digestOf(server.db) !== expected)
                    watch.failed(
                        "acknowledged-is-durable",
                        `after the crash at ${Math.round(nowMs / 1000)} s the file holds something else`
                    )
                for (const home of this.homes) home.serverBack()
            }
        })
    }

    private check(): void {
        if (!this.server.isUp) return
        this.server.flush()
        this.watch.check(this.server.db, this.homes, this.scheduler.nowMs(), OUTBOX_LIMIT_BYTES)
    }

    private logged(level: "warn" | "error", text: string): void {
        if (this.isDiskFull && text.startsWith("The disk is full")) this.watch.fired("disk-full")
        else if (level === "error" && !text.includes(CRASH_TEXT))
            this.watch.failed("server-answers", text)
    }
}

function bytesOf(random: Random, size: number): Buffer {
    const bytes = Buffer.alloc(size)
    for (let i = 0; i < size; i++) bytes[i] = random.nextBits() & 0xff
    return bytes
}
