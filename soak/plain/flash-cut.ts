import { connectionString } from "../../cli/connection-string.js"
import { firmwareImage } from "../../cli/images.js"
import { putIntoService } from "../../provision/provision.js"
import { HALVES, readHalf } from "../../sim/flash/layout.js"
import type { Random } from "../../sim/random.js"
import { deviceChannels } from "../../sim/scenario.js"
import type { World, WorldDevice } from "../../sim/world.js"
import type { Fault, FaultKind } from "../faults.js"
import type { Span } from "../spans.js"

/** After so long somebody sees that the device is silent. */
const PROVISION_MS = 30 * 60_000
/** A runtime that finds its flash broken formats it at once. */
const BOOTED_MS = 3000
/** Of the time that a write takes: the value is there and its entry is not, or a part of the value is. */
const SHARES: Partial<Record<FaultKind, number>> = { "flash-torn": 0.6, "flash-partial": 0.2 }

/** What the world has to know of cuts inside writes to flash. */
export interface FlashCutSide {
    world: World
    url: string
    random: Random
    fired(kind: FaultKind): void
    failed(reason: string): void
}

/** Lets the power of one device go within its runtime's own writes, and puts it into service again. */
export class FlashCuts {
    /** When it had power but no program. */
    readonly idle: Span[] = []
    /** Cuts that took something in flash with them, ms since the start. */
    readonly hurtAtMs: number[] = []
    private idleFromMs: number | undefined
    private armed: Fault | undefined

    constructor(
        private readonly device: WorldDevice,
        private readonly side: FlashCutSide
    ) {}

    /** The next write to flash is cut. */
    arm(fault: Fault): void {
        this.armed = fault
        this.device.board.onFlashWrite = (fromMs, toMs) => this.cutIn(fromMs, toMs)
    }

    /** Ends what is under way; to be called once, at the end. */
    idleSpans(endMs: number): Span[] {
        return this.idleFromMs === undefined ? this.idle : [...this.idle, [this.idleFromMs, endMs]]
    }

    private cutIn(fromMs: number, toMs: number): void {
        const { armed: fault } = this
        // without a program it is being provisioned
        if (!fault || this.idleFromMs !== undefined) return
        this.armed = undefined
        const share = SHARES[fault.kind] ?? 1
        const { scheduler } = this.side.world
        scheduler.at(fromMs + share * (toMs - fromMs), () => {
            const { board } = this.device
            if (!board.isOn) return
            this.device.outages++
            board.cutPower()
            if (fault.kind === "flash-flipped") this.flipBit()
            this.hurtAtMs.push(this.side.world.sinceStartMs())
            this.side.fired(fault.kind)
            scheduler.after(fault.durationMs, () => this.powerOn())
        })
    }

    /** One bit of the value that was written last. */
    private flipBit(): void {
        const { board } = this.device
        const flash = Buffer.from(board.flash.bytes)
        const halves = HALVES.flatMap(base => readHalf(flash, base) ?? [])
        const [half] = halves.sort((a, b) => b.generation - a.generation)
        const entry = half?.entries.at(-1)
        if (!entry || entry.isLarge || entry.size === 0) return
        const { random } = this.side
        flash[entry.offset + random.nextInt(entry.size)] ^= 1 << random.nextInt(8)
        board.flash.load(flash)
    }

    private powerOn(): void {
        if (--this.device.outages > 0) return
        const { scheduler } = this.side.world
        const { board } = this.device
        const { formats } = board.flash.wear
        scheduler.owe(board.boot())
        const bootMs = this.side.world.sinceStartMs()
        scheduler.after(BOOTED_MS, () => {
            if (board.flash.wear.formats === formats) return
            this.idleFromMs = bootMs
            scheduler.after(PROVISION_MS, () => void this.provision())
        })
    }

    /** As `meterbeat provision --repair` does it; again later when another fault comes between. */
    private async provision(): Promise<void> {
        const { world, url, failed } = this.side
        const { bus, registration, spec } = this.device
        try {
            await putIntoService(bus, {
                image: firmwareImage(spec.board),
                channels: deviceChannels(spec),
                connectionString: connectionString(url, registration.id, registration.key),
                isRepair: true,
            })
        } catch (error) {
            if (this.device.board.isOn) failed(`${error}`)
            world.scheduler.after(PROVISION_MS, () => void this.provision())
            return
        }
        if (this.idleFromMs !== undefined) this.idle.push([this.idleFromMs, world.sinceStartMs()])
        this.idleFromMs = undefined
    }
}
