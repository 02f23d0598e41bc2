import { BusClient } from "../../provision/bus-client.js"
import { repairFlash } from "../../provision/repair.js"
import { readSetting, writeSetting } from "../../provision/settings.js"
import { type Costs, SimDevice } from "../../sim/device.js"
import { Random } from "../../sim/random.js"
import { runFor, runUntil } from "../../sim/run-loop.js"
import { Scheduler } from "../../sim/scheduler.js"

export const COSTS: Costs = {
    wakeUs: 300,
    adcReadUs: 60,
    burstUsPerPair: 40,
    mathUsPerPair: 30,
    eraseMs: 45,
    programUsPer256B: 700,
}
const unreachable = () => {
    throw new Error("This board has no network.")
}

/** A board in the VM without program or network, and its bus. */
export class BareBoard {
    readonly scheduler = new Scheduler()
    readonly lines: string[] = []
    readonly board: SimDevice
    readonly bus: BusClient

    constructor({ clockPpm = 0 } = {}) {
        this.board = new SimDevice(this.scheduler, {
            id: "00112233445566aa",
            costs: COSTS,
            pins: [],
            chips: [],
            net: { createConnection: unreachable },
            tls: { connect: unreachable },
            randomBytes: size => Buffer.alloc(size, 1),
            random: new Random(1),
            clockPpm,
            onStop: () => undefined,
            onLine: line => this.lines.push(line),
        })
        this.bus = new BusClient(
            frame => this.board.sendFrame(frame),
            ms => this.scheduler.delay(ms)
        )
        this.board.onFrame = frame => {
            if (this.bus.receive(frame)) this.scheduler.oweTurn()
        }
    }

    /** Power-cycles it, with other bytes in its flash when they are given; returns what it logged. */
    async boot(flash?: Buffer): Promise<string> {
        this.board.cutPower()
        if (flash) this.board.flash.load(flash)
        this.lines.length = 0
        await this.board.boot()
        await this.runOn(1000)
        return this.lines.join("\n")
    }

    runOn(ms: number): Promise<void> {
        return runUntil(this.scheduler, this.scheduler.nowMs() + ms)
    }

    set(key: string, value: Buffer | string): Promise<void> {
        return runFor(this.scheduler, writeSetting(this.bus, key, Buffer.from(value)))
    }

    repair(): Promise<void> {
        return runFor(this.scheduler, repairFlash(this.bus))
    }

    async get(key: string): Promise<string> {
        return (await runFor(this.scheduler, readSetting(this.bus, key))).toString()
    }
}
