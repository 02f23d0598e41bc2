import { expect } from "vitest"
import { Random } from "../../sim/random.js"
import type { Recorder } from "../../src/outbox/recorder.js"
import { SLOT_MS } from "../../src/wire/limits.js"
import { decodeReport, type Report } from "../../src/wire/report.js"
import { recorderOf } from "./recorder-of.js"

const BOOT_ID = 77
const START_MS = 1767225603210
/** A flash is found up to a window of samples after it ended. */
const MOST_DELAY_MS = 125

interface Pulse {
    /** The server's clock at the pulse. */
    atMs: number
    /** Whether the device's clock was right then: not between a server's step and the next answer. */
    isSure: boolean
}

interface Plan {
    seed: number
    days: number
    /** How much faster than the server's the device's clock runs. */
    ppm: number
    /** Mean time between two pulses of each channel. */
    meanMs: number[]
    /** Mean time between two link losses, and their mean length. */
    upMs: number
    downMs: number
    /** Times at which the server's clock jumps, and by how much. */
    steps: { atMs: number; byMs: number }[]
}

/** A message under way, and what happens when it arrives. */
interface Arrival {
    atMs: number
    arrive: () => void
}

/** A device's recorder, its link, and a server, in steps of a second; all times in real ms since boot. */
export class Week {
    readonly pulses: Pulse[][]
    /** What the server stored, each once, in the order of arrival. */
    readonly stored: Report[] = []
    readonly recorder: Recorder
    private readonly random: Random
    private readonly nextPulseMs: number[]
    private readonly bytesOf = new Map<string, string>()
    private stepMs = 0
    private isUp = false
    private isSynced = false
    private arrivals: Arrival[] = []
    private linkChangeMs = 2000

    constructor(private readonly plan: Plan) {
        this.random = new Random(plan.seed)
        this.recorder = recorderOf(BOOT_ID, plan.meanMs.length, 0)
        this.pulses = plan.meanMs.map(() => [])
        this.nextPulseMs = plan.meanMs.map(meanMs => this.wait(meanMs))
    }

    run(): void {
        const endMs = this.plan.days * 86_400_000
        let nowMs = 0
        for (; nowMs < endMs; nowMs += 1000) this.step(nowMs, true)
        // no more pulses; the link comes up and stays
        this.linkChangeMs = Number.POSITIVE_INFINITY
        this.isUp = true
        this.recorder.outbox.resendAll()
        for (const end = nowMs + 600_000; nowMs < end; nowMs += 1000) this.step(nowMs, false)
    }

    private step(nowMs: number, hasPulses: boolean): void {
        for (const step of this.plan.steps) if (step.atMs === nowMs) this.stepMs += step.byMs
        if (nowMs >= this.linkChangeMs) this.changeLink(nowMs)
        this.arrivals.sort((a, b) => a.atMs - b.atMs)
        while (this.arrivals.length > 0 && this.arrivals[0].atMs <= nowMs)
            this.arrivals.shift()?.arrive()
        if (this.isUp) this.send(nowMs)
        if (hasPulses) this.addPulses(nowMs)
        const uptimeMs = this.uptime(nowMs)
        if (uptimeMs >= this.recorder.slotEndMs) this.recorder.endSlots(uptimeMs)
    }

    private addPulses(nowMs: number): void {
        for (;;) {
            const channel = this.nextPulseMs.indexOf(Math.min(...this.nextPulseMs))
            const atMs = this.nextPulseMs[channel]
            if (atMs >= nowMs) return
            // the slot may end between a pulse and its discovery
            const foundMs = this.uptime(atMs + this.random.nextInt(MOST_DELAY_MS))
            if (foundMs >= this.recorder.slotEndMs) this.recorder.endSlots(foundMs)
            this.recorder.addPulse(channel, this.uptime(atMs))
            const serverMs = this.serverTime(atMs)
            const offMs = this.recorder.clock.timeAt(this.uptime(atMs)) - serverMs
            this.pulses[channel].push({ atMs: serverMs, isSure: Math.abs(offMs) < 150 })
            this.nextPulseMs[channel] = atMs + this.wait(this.plan.meanMs[channel])
        }
    }

    /** Every message takes 10 to 150 ms; one in 200 takes up to 20 s. */
    private carry(nowMs: number, arrive: (atMs: number) => void): void {
        const delayMs = 10 + this.random.nextInt(this.random.nextInt(200) === 0 ? 20_000 : 140)
        const atMs = nowMs + delayMs
        this.arrivals.push({ atMs, arrive: () => arrive(atMs) })
    }

    private send(nowMs: number): void {
        const { outbox, clock } = this.recorder
        if (!this.isSynced) {
            this.isSynced = true
            this.carry(nowMs, atMs => this.answer(atMs, nowMs))
        }
        const { offsetMs } = clock
        if (offsetMs === undefined) return
        const uptimeMs = this.uptime(nowMs)
        for (;;) {
            const bytes = outbox.next(uptimeMs, offsetMs)
            if (!bytes) return
            const sent = Buffer.from(bytes)
            this.carry(nowMs, atMs => this.store(sent, atMs))
        }
    }

    private answer(nowMs: number, helloMs: number): void {
        const serverTimeMs = this.serverTime(nowMs)
        this.carry(nowMs, atMs =>
            this.recorder.sync(serverTimeMs, this.uptime(helloMs), this.uptime(atMs))
        )
    }

    private store(bytes: Buffer, nowMs: number): void {
        const report = decodeReport(bytes)
        if (typeof report === "string") throw new Error(report)
        const { channel, sequence } = report
        const key = `${channel} ${sequence}`
        const before = this.bytesOf.get(key)
        this.bytesOf.set(key, bytes.toString("hex"))
        if (before === undefined) this.stored.push(report)
        else expect(bytes.toString("hex")).toBe(before)
        const ack = {
            bootId: BOOT_ID,
            serverTimeMs: this.serverTime(nowMs),
            reports: [{ channel, sequence }],
        }
        this.carry(nowMs, atMs => this.recorder.acknowledge(ack, this.uptime(atMs)))
    }

    private changeLink(nowMs: number): void {
        this.isUp = !this.isUp
        this.isSynced = false
        this.arrivals = []
        if (this.isUp) this.recorder.outbox.resendAll()
        this.linkChangeMs = nowMs + this.wait(this.isUp ? this.plan.upMs : this.plan.downMs)
    }

    private uptime(atMs: number): number {
        return Math.floor(atMs * (1 + this.plan.ppm / 1e6))
    }

    private serverTime(atMs: number): number {
        return Math.floor(START_MS + atMs + this.stepMs)
    }

    private wait(meanMs: number): number {
        return 40 - Math.log(1 - this.random.next()) * meanMs
    }
}

/** The largest distance of a sure pulse's own time from the truth, and how often a slot was wrong. */
export function judge(week: Week): { worstMs: number; sure: number; outOfSlot: number } {
    const verdict = { worstMs: 0, sure: 0, outOfSlot: 0 }
    for (const report of week.stored) {
        if (!report.pulseTimes) continue
        let index = report.countSinceBoot - report.pulseTimes.length
        let inSlot = 0
        let slot = 0
        for (const time of report.pulseTimes) {
            while (inSlot >= Math.max(report.slots[slot], 0)) {
                slot++
                inSlot = 0
            }
            inSlot++
            const { atMs, isSure } = week.pulses[report.channel][index++]
            const lateMs = time * 10 - (slot + 1) * SLOT_MS
            const earlyMs = slot * SLOT_MS - time * 10
            if (lateMs >= 0 || earlyMs > MOST_DELAY_MS + 10) verdict.outOfSlot++
            if (!isSure) continue
            verdict.sure++
            const offMs = Math.abs(report.startMs + time * 10 - atMs)
            verdict.worstMs = Math.max(verdict.worstMs, offMs)
        }
    }
    return verdict
}
