import type { Random } from "../../sim/random.js"
import type { Scheduler } from "../../sim/scheduler.js"
import type { Fault, FaultKind } from "../faults.js"
import type { BoardLife, Cut } from "../incidents.js"
import type { Span } from "../spans.js"
import type { Tolerance } from "../tolerance.js"
import { Board } from "./board.js"
import { FastFlash, type Outcome } from "./fast-flash.js"
import { LATE_MS, Radio, type RadioLink } from "./radio.js"

const PROVISION_MS = 30 * 60_000
/** Of a brown-out loop, how long the power holds. */
const HOLD_MS = 20_000

/** What a home needs of the world. */
export interface HomeSide {
    scheduler: Scheduler
    random: Random
    isServerUp(): boolean
    receive(link: RadioLink, topic: string, data: Buffer): void
    fired(kind: FaultKind): void
}

/** One board with its radio, and what befalls it. */
class Unit implements BoardLife {
    readonly counting: Span[] = []
    readonly cuts: Cut[] = []
    readonly disturbed: Span[] = []
    readonly skewed: Tolerance[] = []
    readonly blind: Span[] = []
    readonly board: Board
    readonly radio: Radio
    /** Faults that keep its link away just now. */
    linkLosses = 0
    private countingFromMs: number | undefined

    constructor(
        deviceId: string,
        readonly events: readonly number[][],
        readonly ppm: number,
        private readonly side: HomeSide,
        joined: (link: RadioLink) => void
    ) {
        const { scheduler, random } = side
        const flash = new FastFlash(
            outcome => this.cutInWrite(outcome),
            below => random.nextInt(below)
        )
        this.board = new Board(events, ppm, flash, {
            scheduler,
            randomBytes: size =>
                Buffer.from(Array.from({ length: size }, () => random.nextInt(256))),
            isConnected: () => this.radio.isConnected,
            send: (topic, data) => this.radio.send(topic, data),
            started: () => {
                this.countingFromMs = scheduler.nowMs()
            },
            paused: ms => {
                const nowMs = scheduler.nowMs()
                this.blind.push([nowMs, nowMs + ms])
            },
        })
        this.radio = new Radio(deviceId, {
            scheduler,
            random,
            isServerUp: side.isServerUp,
            joined,
            uplink: side.receive,
            downlink: (topic, data) => this.board.receive(topic, data),
            changed: () => this.board.wake(),
            fired: side.fired,
        })
    }

    /** Time from a cut inside a flash write until the power is back, for the next one. */
    backAfterMs = 1000

    powerOn(): void {
        this.board.powerOn()
        this.radio.powerOn()
    }

    cutPower(isFlashHurt = false): void {
        const nowMs = this.side.scheduler.nowMs()
        if (this.countingFromMs !== undefined) {
            this.counting.push([this.countingFromMs, nowMs])
            this.cuts.push({ atMs: nowMs, isFlashHurt })
        }
        this.countingFromMs = undefined
        this.board.cutPower()
        this.radio.powerOff()
    }

    finish(atMs: number): void {
        if (this.countingFromMs !== undefined) this.counting.push([this.countingFromMs, atMs])
        this.countingFromMs = undefined
    }

    private cutInWrite(outcome: Outcome): void {
        this.side.fired(outcome)
        const isWiped = outcome === "flash-torn"
        // a page that is written again goes with what was written last
        this.cutPower(isWiped || outcome === "flash-flipped")
        // without its identity a board waits for somebody to provision it again
        this.side.scheduler.after(this.backAfterMs + (isWiped ? PROVISION_MS : 0), () =>
            this.powerOn()
        )
    }
}

/** A device of the plan, and a copy of its identity while there is one. */
export class Home {
    readonly deviceId: string
    private readonly units: Unit[]
    private current: RadioLink | undefined

    constructor(
        readonly index: number,
        private readonly ppm: number,
        private readonly eventsOf: (copy: number) => number[][],
        private readonly side: HomeSide
    ) {
        this.deviceId = index.toString(16).padStart(16, "0")
        this.units = [this.makeUnit(0)]
    }

    get lives(): readonly BoardLife[] {
        return this.units
    }

    start(): void {
        this.units[0].powerOn()
    }

    finish(atMs: number): void {
        for (const unit of this.units) unit.finish(atMs)
    }

    isDrained(): boolean {
        return this.units.every(({ board }, at) => (board.isOn || at > 0) && board.isDrained())
    }

    outboxBytes(): number {
        return Math.max(...this.units.map(({ board }) => board.outboxBytes()))
    }

    links(): RadioLink[] {
        return this.current ? [this.current] : []
    }

    serverGone(): void {
        const { current } = this
        this.current = undefined
        if (current) for (const { radio } of this.units) radio.ended(current)
    }

    serverBack(): void {
        for (const { radio } of this.units) radio.tryLater()
    }

    disturb(fromMs: number, toMs: number): void {
        for (const unit of this.units) unit.disturbed.push([fromMs, toMs])
    }

    /** Halved, since the device takes the middle of a round trip. */
    private skew({ atMs, durationMs }: Fault, mostMs: number): void {
        for (const unit of this.units)
            unit.skewed.push({ fromMs: atMs, toMs: atMs + durationMs, errorMs: mostMs / 2 })
    }

    begin(fault: Fault): void {
        const [unit] = this.units
        const { scheduler } = this.side
        const { kind, atMs, durationMs, amount } = fault
        const later = (work: () => void) => scheduler.after(durationMs, work)
        switch (kind) {
            case "link-loss":
                unit.radio.setDown(++unit.linkLosses > 0)
                this.side.fired(kind)
                this.disturb(atMs, atMs + durationMs)
                later(() => unit.radio.setDown(--unit.linkLosses > 0))
                break
            case "latency":
                this.skew(fault, amount)
                unit.radio.latencyMs = amount
                this.disturb(atMs, atMs + durationMs)
                later(() => {
                    unit.radio.latencyMs = 0
                })
                break
            case "reorder":
                this.skew(fault, LATE_MS)
                unit.radio.reorderShare = amount
                this.disturb(atMs, atMs + durationMs)
                later(() => {
                    unit.radio.reorderShare = 0
                })
                break
            case "duplicate":
                this.skew(fault, LATE_MS)
                unit.radio.duplicateShare = amount
                this.disturb(atMs, atMs + durationMs)
                later(() => {
                    unit.radio.duplicateShare = 0
                })
                break
            case "cut-frame":
                unit.radio.isCutting = true
                this.disturb(atMs, atMs + 60_000)
                break
            case "power-cut":
                if (!unit.board.isOn) break
                unit.cutPower()
                this.side.fired(kind)
                later(() => unit.powerOn())
                break
            case "brown-out":
                this.brownOut(unit, durationMs, amount)
                break
            case "clone":
                this.cloneFor(durationMs)
                break
            default:
                unit.board.flash.cutAt = kind as Outcome
                unit.backAfterMs = durationMs
        }
    }

    private brownOut(unit: Unit, offMs: number, cutsLeft: number): void {
        if (cutsLeft === 0 || !unit.board.isOn) return
        const { scheduler, random } = this.side
        unit.cutPower()
        this.side.fired("brown-out")
        scheduler.after(offMs * random.next(), () => {
            unit.powerOn()
            const holdMs = random.between(100, HOLD_MS)
            scheduler.after(holdMs, () => this.brownOut(unit, offMs, cutsLeft - 1))
        })
    }

    private cloneFor(durationMs: number): void {
        const { scheduler } = this.side
        const nowMs = scheduler.nowMs()
        const unit = this.makeUnit(this.units.length)
        this.units.push(unit)
        this.side.fired("clone")
        // the two push each other from the link all the time
        this.disturb(nowMs, nowMs + durationMs)
        unit.powerOn()
        // nobody ever powers it up again, so what its flash holds is lost too
        scheduler.after(durationMs, () => unit.cutPower(true))
    }

    private makeUnit(copy: number): Unit {
        return new Unit(this.deviceId, this.eventsOf(copy), this.ppm, this.side, link => {
            const before = this.current
            this.current = link
            if (before && before !== link) for (const { radio } of this.units) radio.ended(before)
        })
    }
}
