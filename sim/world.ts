import { BusClient } from "../provision/bus-client.js"
import { uptimeUs } from "../provision/control.js"
import { provision } from "../provision/provision.js"
import { setServerLink } from "../provision/server-link.js"
import { adcChip } from "./adc-model.js"
import { BoardMaker, randomBytes } from "./board-maker.js"
import { type ChannelSource, openChannel } from "./channel-source.js"
import type { Powered, SimDevice } from "./device.js"
import { planFault } from "./faults.js"
import type { LinkFaults } from "./link-faults.js"
import type { MeteringChip } from "./metering-chip.js"
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
/** A program tells its counts every second. */
const COUNTS_TOLD_MS = 1100

/** A device's way to the server: the runtime's sockets, and what goes wrong on it. */
export interface Link {
    /** `close` ends every connection, those over TLS too. */
    net: VmHost["net"] & { close(): void }
    tls: VmHost["tls"]
    faults: LinkFaults
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
    /** Boards with the same identity that were there for a while. */
    clones: SimDevice[]
    /** Faults that keep its power or its link away just now. */
    outages: number
    linkLosses: number
    random: Random
}

/** A scenario at work: its devices on one scheduler. */
export class World {
    readonly scheduler = new Scheduler()
    readonly devices: WorldDevice[] = []
    /** Virtual time at which the scenario begins; before that the devices are made ready. */
    startMs = Number.POSITIVE_INFINITY

    private readonly maker: BoardMaker
    private readonly cloneEnds: (() => void)[] = []

    constructor(
        private readonly scenario: Scenario,
        private readonly deps: WorldDeps
    ) {
        this.maker = new BoardMaker(scenario.costs, deps, this.scheduler, atMs =>
            this.scenarioMs(atMs)
        )
        const random = new Random(deps.seed)
        const tables = new Tables()
        scenario.devices.forEach((spec, index) => {
            this.devices.push(this.makeDevice(spec, index, random.fork(spec.name), tables))
        })
    }

    /** How far the server's clock has been stepped. */
    serverStepMs = 0

    /** Unix ms as the server's clock tells. */
    serverUnixMs(): number {
        return this.unixMs() + this.serverStepMs
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
        const aged = this.devices.map(({ board, spec }) => board.age(spec.uptimeStartS * 1000))
        await runFor(this.scheduler, Promise.all(aged))
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
        for (const { board } of this.devices) board.flash.clearWear()
        for (const fault of this.scenario.faults) planFault(this, fault)
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

    /** Pulses since boot of each channel of a device, as its program says once it runs. */
    async countsOf({ board, sources }: WorldDevice, pace: Pace = MAX_SPEED): Promise<number[]> {
        for (;;) {
            await runFor(this.scheduler, this.scheduler.delay(COUNTS_TOLD_MS), pace)
            const counts = board.counts(sources.length)
            if (counts) return counts
        }
    }

    /** How long a device has been running, as its own clock tells. */
    async uptimeMs({ bus, registration }: WorldDevice): Promise<number> {
        return Number(await runFor(this.scheduler, uptimeUs(bus, registration.id))) / 1000
    }

    /** The device of a name; throws an Error with one sentence when there is none. */
    deviceOf(name: string): WorldDevice {
        const device = this.devices.find(({ spec }) => spec.name === name)
        if (!device) throw new Error(`There is no device ${name}.`)
        return device
    }

    /** When a device had power, in ms since the scenario's start; the last without an end while it has. */
    poweredOf({ board }: WorldDevice): Powered[] {
        return board.powered
            .map(({ fromMs, toMs }) => ({
                fromMs: fromMs - this.startMs,
                toMs: toMs - this.startMs,
            }))
            .filter(({ toMs }) => toMs > 0)
    }

    /** Powers up a second board with all that is in the device's flash; returns what takes it away. */
    addClone(device: WorldDevice): () => void {
        const random = device.random.fork(`clone ${device.clones.length}`)
        const { board, link } = this.maker.board(device.spec, device.sources, {
            id: device.registration.id,
            random,
            chips: this.maker.chips(device.sources),
        })
        board.flash.load(device.board.flash.bytes)
        device.clones.push(board)
        this.scheduler.owe(board.boot())
        const takeAway = () => {
            board.cutPower()
            link.net.close()
        }
        this.cloneEnds.push(takeAway)
        return takeAway
    }

    stop(): void {
        for (const takeAway of this.cloneEnds) takeAway()
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
        const chips = this.maker.chips(sources)
        const identity = random.fork("identity")
        const id = randomBytes(identity, 8).toString("hex")
        const { board, link } = this.maker.board(spec, sources, { id, random, chips })
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
        return {
            spec,
            registration,
            board,
            bus,
            link,
            sources,
            chips,
            clones: [],
            outages: 0,
            linkLosses: 0,
            random,
        }
    }

    /** Below 0 before the scenario begins; how far is not known then. */
    private scenarioMs(atMs: number): number {
        return atMs - (Number.isFinite(this.startMs) ? this.startMs : LONG_BEFORE_MS)
    }
}
