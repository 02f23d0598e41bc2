import { adcChip } from "./adc-model.js"
import type { BenchPin } from "./bench.js"
import { BusClient } from "./bus/bus-client.js"
import { type ChannelSource, openChannel } from "./channel-source.js"
import { type Costs, SimDevice } from "./device.js"
import { type MeteringChip, meteringChips } from "./metering-chip.js"
import { provision, readCounts, setServerLink } from "./provision.js"
import { Random } from "./random.js"
import { MAX_SPEED, type Pace, runFor, runUntil } from "./run-loop.js"
import {
    deviceChannels,
    type Scenario,
    type ScenarioChannel,
    type ScenarioDevice,
} from "./scenario.js"
import { Scheduler } from "./scheduler.js"
import { Tables } from "./sources/table.js"
import type { VmHost } from "./vm.js"

/** More than making the devices ready takes. */
const LONG_BEFORE_MS = 86_400_000

/** A device's way to the server: the runtime's sockets, and a switch that cuts them. */
export interface Link {
    /** `close` ends every connection, those over TLS too. */
    net: VmHost["net"] & { close(): void }
    tls: VmHost["tls"]
    setDown(isDown: boolean): void
}

/** What one device looks like to the server it will report to. */
export interface Registration {
    id: string
    name: string
    key: Buffer
    channels: ScenarioChannel[]
}

/** What the simulation needs from whoever runs it. */
export interface WorldDeps {
    /** Bytecode for a board id. */
    image: (board: string) => Buffer
    /** Makes a device known to the server; returns the connection string the device is given. */
    register: (device: Registration) => Promise<string> | string
    /** `wake` runs work on the device once it is free to hear from outside. */
    link: (scheduler: Scheduler, wake: (work: () => void) => void) => Link
    /** Unix ms at the start of the scenario. */
    startUnixMs: number
    seed: number
    /** What boards draw their boot ids and link nonces from; of the seed by default. */
    entropy?: (size: number) => Buffer
    onLine?: (device: string, line: string) => void
}

/** One simulated device with its sources. */
export interface WorldDevice {
    spec: ScenarioDevice
    registration: Registration
    board: SimDevice
    bus: BusClient
    link: Link
    sources: ChannelSource[]
    /** Its metering chips; the first is chip 1. */
    chips: (MeteringChip | undefined)[]
}

/** A scenario at work: its devices on one scheduler. */
export class World {
    readonly scheduler = new Scheduler()
    readonly devices: WorldDevice[] = []
    /** Virtual time at which the scenario begins; before that the devices are made ready. */
    startMs = Number.POSITIVE_INFINITY

    constructor(
        private readonly scenario: Scenario,
        private readonly deps: WorldDeps
    ) {
        const random = new Random(deps.seed)
        const tables = new Tables()
        scenario.devices.forEach((spec, index) => {
            this.devices.push(this.makeDevice(spec, index, random.fork(spec.name), tables))
        })
    }

    /** Unix ms in the scenario's world. */
    unixMs(): number {
        const sinceStartMs = Number.isFinite(this.startMs)
            ? this.scheduler.nowMs() - this.startMs
            : 0
        return Math.floor(this.deps.startUnixMs + sinceStartMs)
    }

    /** Boots and provisions every device; the scenario begins when this returns. */
    async start(): Promise<void> {
        for (const { board } of this.devices) await board.boot()
        const ready = this.devices.map(({ bus, spec }) =>
            provision(bus, {
                image: this.deps.image(spec.board),
                channels: deviceChannels(spec),
            })
        )
        await runFor(this.scheduler, Promise.all(ready))
        // a program that answers is sampling: no pulse falls into its start
        for (const device of this.devices) await this.countsOf(device)
        for (const device of this.devices) {
            const connectionString = await this.deps.register(device.registration)
            await runFor(this.scheduler, setServerLink(device.bus, connectionString))
        }
        // only now: what writing that to flash takes is no part of the scenario
        this.startMs = this.scheduler.nowMs()
        for (const { board } of this.devices) board.flashWrites = 0
        for (const fault of this.scenario.faults) this.planFault(fault)
    }

    /** Runs on to a time since the scenario's start. */
    async runTo(
        sinceStartMs: number,
        pace: Pace = MAX_SPEED,
        isDone?: () => boolean
    ): Promise<void> {
        await runUntil(this.scheduler, this.startMs + sinceStartMs, pace, isDone)
    }

    sinceStartMs(): number {
        return this.scheduler.nowMs() - this.startMs
    }

    /** Pulses since boot of each channel of a device, as it says itself over its bus. */
    countsOf(device: WorldDevice, pace: Pace = MAX_SPEED): Promise<number[]> {
        return runFor(this.scheduler, readCounts(device.bus, device.sources.length), pace)
    }

    stop(): void {
        for (const { board, link } of this.devices) {
            board.cutPower()
            link.net.close()
        }
    }

    private makeDevice(
        spec: ScenarioDevice,
        index: number,
        random: Random,
        tables: Tables
    ): WorldDevice {
        const chip = adcChip(this.scenario.adc, random.fork("adc").nextBits())
        const sources = spec.channels.map((channel, i) =>
            openChannel(
                channel,
                {
                    durationMs: (this.scenario.durationS ?? Number.POSITIVE_INFINITY) * 1000,
                    baseDir: ".",
                    random: random.fork(`channel ${i}`),
                    startUnixMs: this.deps.startUnixMs,
                    label: `devices[${index}].channels[${i}].source`,
                    tables,
                },
                chip
            )
        )
        const chips = meteringChips(
            sources.flatMap(({ circuit }) => circuit ?? []),
            atMs => this.scenarioMs(atMs)
        )
        const identity = random.fork("identity")
        const seeded = random.fork("entropy")
        const id = randomBytes(identity, 8).toString("hex")
        const link = this.deps.link(this.scheduler, work => board.wakeFor(work))
        const board = new SimDevice(this.scheduler, {
            id,
            costs: this.scenario.costs satisfies Costs,
            pins: this.benchPins(sources),
            chips,
            net: link.net,
            tls: link.tls,
            randomBytes: this.deps.entropy ?? (size => randomBytes(seeded, size)),
            onLine: line => this.deps.onLine?.(spec.name, line),
        })
        const bus = new BusClient(
            frame => board.sendFrame(frame),
            ms => this.scheduler.delay(ms)
        )
        board.onFrame = frame => {
            if (bus.receive(frame)) this.scheduler.oweTurn()
        }
        const registration = {
            id,
            name: spec.name,
            key: randomBytes(identity, 32),
            channels: spec.channels,
        }
        return { spec, registration, board, bus, link, sources, chips }
    }

    /** Circuits that share a voltage pin see the voltage of the first of them. */
    private benchPins(sources: ChannelSource[]): BenchPin[] {
        const pins = new Map<string, BenchPin>()
        for (const { isAnalog, pin, readAt } of sources.flatMap(source => source.pins)) {
            const key = `${isAnalog} ${pin}`
            if (!pins.has(key))
                pins.set(key, { isAnalog, pin, readAt: atMs => readAt(this.scenarioMs(atMs)) })
        }
        return [...pins.values()]
    }

    /** Below 0 before the scenario begins; how far is not known then. */
    private scenarioMs(atMs: number): number {
        return atMs - (Number.isFinite(this.startMs) ? this.startMs : LONG_BEFORE_MS)
    }

    private planFault(fault: Scenario["faults"][number]): void {
        const device = this.devices.find(({ spec }) => spec.name === fault.device)
        if (!device) throw new Error(`There is no device ${fault.device}.`)
        const atMs = this.startMs + fault.atS * 1000
        this.scheduler.at(atMs, () => device.link.setDown(true))
        this.scheduler.at(atMs + fault.durationS * 1000, () => device.link.setDown(false))
    }
}

function randomBytes(random: Random, size: number): Buffer {
    const bytes = Buffer.alloc(size)
    for (let i = 0; i < size; i++) bytes[i] = random.nextBits() & 0xff
    return bytes
}
