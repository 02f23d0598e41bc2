import type { Scheduler } from "../../sim/scheduler.js"
import { BoardProgram } from "./board-program.js"
import type { FastFlash } from "./fast-flash.js"

/** A board's timers have this grain. */
const GRAIN_MS = 10
const BOOT_MS = 400
/** How long a contact is closed: a pause of sampling that is longer may hide it. */
const PULSE_MS = 30

/** What a board needs of the world. */
export interface BoardSide {
    scheduler: Scheduler
    randomBytes(size: number): Buffer
    isConnected(): boolean
    send(topic: string, data: Buffer): void
    /** It counts from now on. */
    started(): void
    /** Flash was busy, and nothing sampled, from now on for so long. */
    paused(ms: number): void
}

/** A board without pins: its pulses come as times, and it wakes only when there is something to do. */
export class Board {
    private program: BoardProgram | undefined
    private bootedMs = 0
    private readonly nextPulse: number[]
    private cancelWake: () => void = () => undefined
    private generation = 0
    /** While flash is busy nothing is sampled, sent or heard. */
    private busyUntilMs = 0

    constructor(
        private readonly events: readonly number[][],
        private readonly ppm: number,
        readonly flash: FastFlash,
        private readonly side: BoardSide
    ) {
        this.nextPulse = events.map(() => 0)
    }

    get isOn(): boolean {
        return this.program !== undefined
    }

    /** Heap that its outbox holds. */
    outboxBytes(): number {
        return this.program?.outboxBytes() ?? 0
    }

    /** Has the server all that it counted? */
    isDrained(): boolean {
        return this.program?.isDrained(this.uptime()) ?? true
    }

    powerOn(): void {
        const generation = ++this.generation
        const { scheduler } = this.side
        const bootedMs = scheduler.nowMs()
        scheduler.after(BOOT_MS, () => {
            if (generation !== this.generation) return
            this.bootedMs = bootedMs
            const atMs = scheduler.nowMs()
            this.events.forEach((times, channel) => {
                while (times[this.nextPulse[channel]] < atMs) this.nextPulse[channel]++
            })
            this.program = new BoardProgram({
                uptimeMs: this.uptime(),
                channels: this.events.length,
                flash: this.flash,
                randomBytes: size => this.side.randomBytes(size),
                send: (topic, data) => this.side.send(topic, data),
                pause: ms => this.pause(ms),
            })
            this.side.started()
            this.wake()
        })
    }

    cutPower(): void {
        this.generation++
        this.busyUntilMs = 0
        this.cancelWake()
        this.program = undefined
    }

    receive(topic: string, data: Buffer): void {
        const { program } = this
        if (!program) return
        const { scheduler } = this.side
        if (scheduler.nowMs() < this.busyUntilMs) {
            scheduler.at(this.busyUntilMs, () => this.receive(topic, data))
            return
        }
        this.feed()
        program.receive(topic, data, this.uptime())
        this.wake()
    }

    /** Something may be due: pulses, the end of a slot, something to send. */
    wake(): void {
        const { program } = this
        if (!program || this.side.scheduler.nowMs() < this.busyUntilMs) return
        this.feed()
        program.step(this.uptime(), this.side.isConnected())
        // a write to flash may have been its last
        if (this.program === program) this.sleep(program)
    }

    private pause(ms: number): void {
        const { scheduler } = this.side
        const { generation } = this
        const nowMs = scheduler.nowMs()
        this.busyUntilMs = nowMs + ms
        this.side.paused(ms)
        this.feed()
        this.events.forEach((times, channel) => {
            while (times[this.nextPulse[channel]] <= this.busyUntilMs - PULSE_MS)
                this.nextPulse[channel]++
        })
        scheduler.at(this.busyUntilMs, () => {
            if (generation !== this.generation) return
            // as the sampler's first tick after the pause
            this.program?.addLateTick(ms, this.uptime())
            this.wake()
        })
    }

    private sleep(program: BoardProgram): void {
        this.cancelWake()
        const { scheduler } = this.side
        if (scheduler.nowMs() < this.busyUntilMs) return
        const dueMs = this.bootedMs + program.nextMs(this.uptime()) / (1 + this.ppm / 1e6)
        const gridMs = Math.max(dueMs, scheduler.nowMs() + 1) - this.bootedMs
        const atMs = this.bootedMs + Math.ceil(gridMs / GRAIN_MS) * GRAIN_MS
        this.cancelWake = scheduler.at(atMs, () => this.wake())
    }

    /** The pulses until now, slot by slot. */
    private feed(): void {
        const { program } = this
        if (!program) return
        const nowMs = this.side.scheduler.nowMs()
        const uptimeMs = this.uptime()
        for (;;) {
            const endMs = Math.min(program.slotEndMs, uptimeMs + 1)
            this.events.forEach((times, channel) => {
                while (times[this.nextPulse[channel]] <= nowMs) {
                    const pulseMs = this.uptime(times[this.nextPulse[channel]])
                    if (pulseMs >= endMs) break
                    program.addPulse(channel, pulseMs)
                    this.nextPulse[channel]++
                }
            })
            if (uptimeMs < program.slotEndMs) return
            program.endSlots(program.slotEndMs)
        }
    }

    private uptime(atMs = this.side.scheduler.nowMs()): number {
        return Math.floor((atMs - this.bootedMs) * (1 + this.ppm / 1e6))
    }
}
