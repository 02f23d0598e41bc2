import type { IngestItem } from "../../../server/store/store.js"
import { SLOTS_VERSION } from "../../../src/wire/limits.js"
import { MISSING, type Report } from "../../../src/wire/report.js"
import { DEVICE_ID, makeReport } from "../helpers.js"

const GRADES = [12, 60]

export interface ExpectedCell {
    startS: number
    seconds: number
    /** Null where nothing was sampled. */
    count: number | null
}

interface Said {
    isSampled: boolean
}

/**
 * What a device really counted in one boot, slot by slot; it hands out pieces of it in any detail and, by
 * brute force, says what a server must hold once it has got them.
 */
export class TrueCounts {
    private readonly counts: number[] = []
    private readonly startsS: number[] = []
    private readonly fine: boolean[] = []
    /** By grade and number: the cells that were said of it. */
    private readonly said = new Map(GRADES.map(grade => [grade, [] as Said[][]]))
    private readonly edges = new Map(GRADES.map(grade => [grade, new Set<number>()]))

    constructor(
        readonly bootId: number,
        private readonly random: (limit: number) => number,
        startS: number,
        private readonly length: number
    ) {
        let atS = startS
        for (let at = 0; at < length; at++) {
            // the clock steps now and then, back or ahead
            if (random(150) === 0) atS += (random(60) - 30) * 5
            this.startsS.push(atS)
            this.counts.push(random(6) === 0 ? MISSING : random(8))
            atS += 5
        }
    }

    /** Pulses before a number. */
    before(number: number): number {
        return this.counts.slice(0, number).reduce((sum, count) => sum + Math.max(0, count), 0)
    }

    piece(): IngestItem {
        const { random } = this
        const kind = random(4)
        const first = random(this.length)
        const item = { deviceId: DEVICE_ID, nowMs: this.startsS[0] * 1000 + 86_400_000 }
        if (kind < 2) return { ...item, kind: "report", report: this.fineReport(first) }
        const grade = GRADES[kind - 2]
        const report = this.coarseReport(first, grade)
        if (grade === 12 || random(2) === 0) return { ...item, kind: "report", report }
        const { sequence: firstSlot, slots: cells, countSinceBoot, span, firstSpan } = report
        const energyOutSinceBoot = undefined
        const channel = { channel: 0, isPoor: false, countSinceBoot, energyOutSinceBoot, cells }
        const { startMs, bootId, isUptime } = report
        const head = { bootId, sequence: random(1000), startMs, isUptime }
        return {
            ...item,
            kind: "page",
            page: { ...head, firstSlot, span, firstSpan, channels: [channel] },
        }
    }

    private fineReport(first: number): Report {
        const end = this.withoutStep(first, first + 1 + this.random(30))
        for (let at = first; at < end; at++) this.fine[at] = true
        return this.report(first, this.counts.slice(first, end), end, { slotSeconds: 5 })
    }

    /** Cells lie on multiples of their length, or anywhere when the device had no time yet. */
    private coarseReport(first: number, grade: number): Report {
        const end = this.withoutStep(first, first + 1 + this.random(3 * grade))
        const phase = (this.startsS[first] / 5) % grade
        const firstSpan = Math.min(
            end - first,
            this.random(3) === 0 ? 1 + this.random(grade) : grade - phase
        )
        const slots: number[] = []
        for (let from = first, to = first + firstSpan; from < end; ) {
            slots.push(this.say(from, to, grade))
            from = to
            to = Math.min(end, to + grade)
        }
        return this.report(first, slots, end, { slotSeconds: grade * 5, firstSpan })
    }

    private say(from: number, to: number, grade: number): number {
        const counts = this.counts.slice(from, to)
        const isSampled = counts.some(count => count !== MISSING)
        const said = this.said.get(grade) ?? []
        for (let at = from; at < to; at++) said[at] = [...(said[at] ?? []), { isSampled }]
        this.edges.get(grade)?.add(from).add(to)
        return isSampled ? this.before(to) - this.before(from) : MISSING
    }

    private report(first: number, slots: number[], end: number, change: Partial<Report>): Report {
        return makeReport({
            version: SLOTS_VERSION,
            bootId: this.bootId,
            sequence: first,
            span: end - first,
            startMs: this.startsS[first] * 1000,
            slots,
            countSinceBoot: this.before(end),
            ...change,
        })
    }

    /** No message reaches across a step of the clock. */
    private withoutStep(first: number, end: number): number {
        for (let at = first + 1; at < Math.min(end, this.length); at++)
            if (this.startsS[at] !== this.startsS[at - 1] + 5) return at
        return Math.min(end, this.length)
    }

    /** Pulses by Unix second of the 5 s slots that must be stored. */
    addFineTo(slots: Map<number, number>): void {
        this.counts.forEach((count, at) => {
            if (!this.fine[at] || count === MISSING) return
            const startS = this.startsS[at]
            slots.set(startS, (slots.get(startS) ?? 0) + count)
        })
    }

    /** The longer slots that must be stored. */
    cells(): ExpectedCell[] {
        const found: ExpectedCell[] = []
        for (let from = 0; from < this.length; ) {
            const layer = this.layerOf(from)
            let to = from + 1
            const isEdge = () => layer !== undefined && this.edges.get(layer)?.has(to)
            while (to < this.length && this.layerOf(to) === layer && !isEdge()) to++
            if (layer !== undefined && layer > 1) {
                const isSampled = this.said.get(layer)?.[from].some(said => said.isSampled)
                const count = isSampled ? this.before(to) - this.before(from) : null
                found.push({ startS: this.startsS[from], seconds: (to - from) * 5, count })
            }
            from = to
        }
        return found
    }

    /** Slots in the finest detail that was said of a number. */
    private layerOf(number: number): number | undefined {
        if (this.fine[number]) return 1
        return GRADES.find(grade => this.said.get(grade)?.[number] !== undefined)
    }
}
