import { Bench, type BenchCosts, type BenchPin } from "./bench.js"
import type { BenchChip, ChipSession } from "./bench-chips.js"
import type { Scheduler } from "./scheduler.js"
import { createVm, type Vm, type VmHost } from "./vm.js"

/** The board's main loop wakes on a fixed timer. */
const WAKE_GRAIN_MS = 10
const CLOCK_STEP_MS = 0.001
const FLASH_BYTES = 256 * 1024
const FLASH_BLANK = 0xff
/** What the runtime logs when a program ends, however it does. */
const PROGRAM_END = "stop program"

/** What the board's time costs; charged by holding the device until it has passed. */
export interface Costs extends BenchCosts {
    /** Every wake of the main loop, in microseconds. */
    wakeUs: number
    /** Erasing a 4 kB page of flash, in milliseconds. */
    eraseMs: number
    /** Programming 256 bytes of flash, in microseconds. */
    programUsPer256B: number
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
    onLine?: (line: string) => void
}

interface Timer {
    cancel: () => void
    callback: () => void
}

/** One board: the runtime in its VM, its flash, its pins, on the scheduler's time. */
export class SimDevice {
    /** Flash as bytes; outlives every boot. */
    flash = Buffer.alloc(FLASH_BYTES, FLASH_BLANK)
    /** Frames from the device onto its Jacdac bus. */
    onFrame: (frame: Buffer) => void = () => undefined
    panics: number[] = []
    /** Writes to flash since the device was put into service. */
    flashWrites = 0

    private vm: Vm | undefined
    private readonly bench: Bench
    private bootedMs = 0
    private busyUntilMs = 0
    private lastClockMs = 0
    private timers = new Map<number, Timer>()
    private nextTimer = 1

    constructor(
        private readonly scheduler: Scheduler,
        private readonly options: DeviceOptions
    ) {
        this.bench = new Bench(options.pins, options.chips, options.costs)
    }

    /** Powers the board up; its memory is empty, its flash as it was. */
    async boot(): Promise<void> {
        this.cutPower()
        this.bootedMs = this.scheduler.nowMs()
        this.lastClockMs = 0
        const vm = await createVm(this.host())
        this.vm = vm
        vm.flashSize = FLASH_BYTES
        vm.flashLoad = () => this.flash
        vm.flashSave = data => this.saveFlash(data)
        vm.dmesg = line => {
            // its memory is used anew at once, so nothing may be written there any more
            if (line.includes(PROGRAM_END)) this.bench.forget(vm.HEAPU8)
            this.options.onLine?.(line)
        }
        vm.log = () => undefined
        vm.error = () => undefined
        vm.panicHandler = code => {
            // 0 is a program that asked to be started anew
            if (code !== 0) this.panics.push(code)
        }
        vm.sendPacket = frame => this.onFrame(Buffer.from(frame))
        vm.devsSetDeviceId(this.options.id)
        vm.devsStart()
    }

    /** Nothing of the running program survives this. */
    cutPower(): void {
        for (const timer of this.timers.values()) timer.cancel()
        this.timers.clear()
        this.bench.detach()
        this.vm = undefined
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
            now: () => this.clock(),
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

    /** Moves by a step from call to call, or the runtime's idle loop would never end. */
    private clock(): number {
        const nowMs = this.scheduler.nowMs() - this.bootedMs + 1
        this.lastClockMs = Math.max(nowMs, this.lastClockMs + CLOCK_STEP_MS)
        return this.lastClockMs
    }

    private setTimer(callback: () => void, ms: number): number {
        const id = this.nextTimer++
        // the runtime counts whole milliseconds, so a wait that began within one is shorter by the rest
        const sinceBootMs = Math.floor(this.scheduler.nowMs() - this.bootedMs) + ms
        const gridMs = Math.ceil(sinceBootMs / WAKE_GRAIN_MS) * WAKE_GRAIN_MS + this.bootedMs
        this.armTimer(id, Math.max(gridMs, this.busyUntilMs), callback)
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
        work()
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
        const { erasedPages, programmedBytes } = compareFlash(this.flash, data)
        if (erasedPages > 0 || programmedBytes > 0) this.flashWrites++
        this.hold(erasedPages * this.options.costs.eraseMs)
        this.hold((Math.ceil(programmedBytes / 256) * this.options.costs.programUsPer256B) / 1000)
        this.flash.fill(FLASH_BLANK)
        this.flash.set(data)
    }
}

const PAGE_BYTES = 4096

/** What must have happened to flash between two states: bits that rise need an erase. */
function compareFlash(before: Buffer, after: Uint8Array) {
    let erasedPages = 0
    let programmedBytes = 0
    for (let page = 0; page < before.length; page += PAGE_BYTES) {
        const old = before.subarray(page, page + PAGE_BYTES)
        const now = after.subarray(page, page + PAGE_BYTES)
        if (old.equals(now)) continue
        let isErased = false
        for (let i = 0; i < now.length; i++) {
            if (old[i] === now[i]) continue
            programmedBytes++
            if ((now[i] & ~old[i]) !== 0) isErased = true
        }
        if (isErased) erasedPages++
    }
    return { erasedPages, programmedBytes }
}
