import { Bench, type BenchCosts, type BenchPin } from "./bench.js"
import type { BenchChip, ChipSession } from "./bench-chips.js"
import { DeviceClock } from "./device-clock.js"
import { Flash, type FlashCosts } from "./flash/flash.js"
import { FLASH_BYTES } from "./flash/layout.js"
import type { Random } from "./random.js"
import type { Scheduler } from "./scheduler.js"
import { createVm, type Vm, type VmHost } from "./vm.js"

/** What the runtime logs when a program ends, however it does. */
const PROGRAM_END = "stop program"
/** What stands for a crash of the runtime itself among the panics. */
const RUNTIME_CRASH = -1
/** From a reset until the runtime is up again. */
const RESET_MS = 500
/** The runtime's own timers take no jump of more than half of 2^32 us. */
const LONGEST_SKIP_MS = 1_800_000
const AFTER_SKIP_MS = 20

/** What the board's time costs; charged by holding the device until it has passed. */
export interface Costs extends BenchCosts, FlashCosts {
    /** Every wake of the main loop, in microseconds. */
    wakeUs: number
}

/** A time in which a board had power, in the scheduler's ms; without an end while it has. */
export interface Powered {
    fromMs: number
    toMs: number
}

export interface DeviceOptions {
    /** 16 lowercase hex digits. */
    id: string
    costs: Costs
    pins: BenchPin[]
    /** On its SPI bus; the first is chip 1. */
    chips: (BenchChip | undefined)[]
    net: VmHost["net"]
    tls: VmHost["tls"]
    randomBytes: (size: number) => Uint8Array
    /** What decides over torn bits. */
    random: Random
    /** How much too fast its crystal is, in millionths. */
    clockPpm: number
    /** The program that ran is gone, and its connections with it. */
    onStop: () => void
    onLine?: (line: string) => void
}

interface Timer {
    cancel: () => void
    callback: () => void
}

/** One board: the runtime in its VM, its flash, its pins, on the scheduler's time. */
export class SimDevice {
    /** Outlives every boot. */
    readonly flash: Flash
    /** Frames from the device onto its Jacdac bus. */
    onFrame: (frame: Buffer) => void = () => undefined
    /** It begins to write to flash, and will be done then; the scheduler's ms. */
    onFlashWrite: (fromMs: number, toMs: number) => void = () => undefined
    /** It has power. */
    isOn = false
    /** Codes of the program's panics; -1 is a crash of the runtime itself. */
    panics: number[] = []
    /** The times in which it had power. A restart by command or crash ends one and begins the next. */
    powered: Powered[] = []

    private vm: Vm | undefined
    private starts = 0
    private readonly bench: Bench
    private readonly clock: DeviceClock
    private busyUntilMs = 0
    private timers = new Map<number, Timer>()
    private nextTimer = 1

    constructor(
        private readonly scheduler: Scheduler,
        private readonly options: DeviceOptions
    ) {
        this.bench = new Bench(options.pins, options.chips, options.costs)
        this.flash = new Flash(options.costs, options.random)
        this.clock = new DeviceClock(scheduler, options.clockPpm)
    }

    /** Writes to flash since the device was put into service. */
    get flashWrites(): number {
        return this.flash.wear.writes
    }

    /** Powers the board up; its memory is empty, its flash as it was. */
    async boot(): Promise<void> {
        this.cutPower()
        this.isOn = true
        const start = ++this.starts
        this.clock.restart()
        const fromMs = this.scheduler.nowMs()
        this.busyUntilMs = fromMs
        const vm = await createVm(this.host())
        if (start !== this.starts) return
        this.vm = vm
        this.powered.push({ fromMs, toMs: Number.POSITIVE_INFINITY })
        vm.flashSize = FLASH_BYTES
        vm.flashLoad = () => this.flash.bytes
        vm.flashSave = data => this.saveFlash(data)
        vm.dmesg = line => {
            // its memory is used anew at once, so nothing may be written there any more
            if (line.includes(PROGRAM_END)) this.bench.forget(vm.HEAPU8)
            this.options.onLine?.(line)
        }
        vm.log = () => undefined
        // the main loop hands over what ended it
        vm.error = error => this.end(error)
        vm.panicHandler = code => {
            // 0 is a program that asked to be started anew
            if (code !== 0) this.panics.push(code)
        }
        vm.sendPacket = frame => this.onFrame(Buffer.from(frame))
        vm.devsSetDeviceId(this.options.id)
        vm.devsStart()
    }

    /** Nothing of the running program survives this; flash is left as it was at that instant. */
    cutPower(): void {
        this.starts++
        if (!this.isOn) return
        this.isOn = false
        this.flash.cut(this.scheduler.nowMs())
        this.stop()
    }

    /**
     * Lets its clock pass a long time in which nothing happens, in steps that the runtime bears. For a
     * board without a program: one that samples would have to catch up.
     */
    async age(ms: number): Promise<void> {
        for (let leftMs = ms; leftMs > 0; leftMs -= LONGEST_SKIP_MS) {
            this.clock.skip(Math.min(leftMs, LONGEST_SKIP_MS))
            await this.scheduler.delay(AFTER_SKIP_MS)
        }
    }

    /** Counts since boot of the first channels, as the program told them within the last second. */
    counts(channels: number): number[] | undefined {
        return this.vm && this.bench.counts(this.vm.HEAPU8, channels)
    }

    /** Puts a frame onto the device's bus; heard as soon as the board is not busy. */
    sendFrame(frame: Buffer): void {
        this.wakeFor(vm => vm.handlePacket(frame))
    }

    /** Runs something that comes from outside (bus, network) once the board is free to hear it. */
    wakeFor(work: (vm: Vm) => void): void {
        const vm = this.vm
        if (!vm) return
        const attempt = () => {
            if (this.vm !== vm) return
            if (this.scheduler.nowMs() < this.busyUntilMs)
                this.scheduler.at(this.busyUntilMs, attempt)
            else this.run(() => work(vm))
        }
        this.scheduler.at(this.busyUntilMs, attempt)
    }

    private host(): VmHost {
        return {
            now: () => this.clock.nowMs(),
            setTimeout: (callback, ms) => this.setTimer(callback, ms),
            clearTimeout: id => {
                this.timers.get(id)?.cancel()
                this.timers.delete(id)
            },
            net: this.options.net,
            tls: this.options.tls,
            randomBytes: this.options.randomBytes,
        }
    }

    private setTimer(callback: () => void, ms: number): number {
        const id = this.nextTimer++
        this.armTimer(id, Math.max(this.clock.wakeMs(ms), this.busyUntilMs), callback)
        return id
    }

    private armTimer(id: number, atMs: number, callback: () => void): void {
        const cancel = this.scheduler.at(atMs, () => {
            if (this.scheduler.nowMs() < this.busyUntilMs) {
                this.armTimer(id, this.busyUntilMs, callback)
                return
            }
            this.timers.delete(id)
            this.run(callback)
        })
        this.timers.set(id, { cancel, callback })
    }

    private run(work: () => void): void {
        const vm = this.vm
        if (!vm) return
        const nowMs = this.scheduler.nowMs()
        const wakeMs = this.options.costs.wakeUs / 1000
        this.bench.show(vm.HEAPU8, nowMs)
        this.hold(wakeMs)
        try {
            work()
        } catch (error) {
            this.end(error)
        }
        if (this.vm !== vm) return
        this.hold(this.bench.takeBusyMs(vm.HEAPU8, nowMs, wakeMs))
        const session = this.bench.takeSession(vm.HEAPU8, this.busyUntilMs)
        if (session) this.scheduler.at(session.endMs, () => this.endSession(vm, session))
    }

    /** The end of a transfer wakes the main loop at once, and not at its timer. */
    private endSession(vm: Vm, session: ChipSession): void {
        if (this.vm !== vm) return
        session.finish(vm.HEAPU8)
        for (const [id, { cancel, callback }] of this.timers) {
            cancel()
            this.armTimer(id, this.scheduler.nowMs(), callback)
        }
    }

    private hold(ms: number): void {
        this.busyUntilMs = Math.max(this.busyUntilMs, this.scheduler.nowMs()) + ms
    }

    private saveFlash(data: Uint8Array): void {
        const fromMs = Math.max(this.busyUntilMs, this.scheduler.nowMs())
        this.busyUntilMs = fromMs + this.flash.save(data, fromMs)
        if (this.busyUntilMs > fromMs) this.onFlashWrite(fromMs, this.busyUntilMs)
    }

    /** A runtime that was told to reset, or that crashed, starts anew. */
    private end(error: unknown): void {
        const { name } = error as Error
        if (name !== "ExitStatus" && name !== "RuntimeError") throw error
        if (name === "RuntimeError") this.panics.push(RUNTIME_CRASH)
        this.stop()
        const start = this.starts
        // what it was writing to flash was done before it got so far
        this.scheduler.at(this.busyUntilMs + RESET_MS, () => {
            if (start === this.starts) this.scheduler.owe(this.boot())
        })
    }

    private stop(): void {
        for (const timer of this.timers.values()) timer.cancel()
        this.timers.clear()
        this.bench.detach()
        this.vm = undefined
        const last = this.powered.at(-1)
        if (last) last.toMs = Math.min(last.toMs, this.scheduler.nowMs())
        this.options.onStop()
    }
}
