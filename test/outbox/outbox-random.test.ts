import { expect, test } from "vitest"
import { Random } from "../../sim/random.js"
import { Outbox } from "../../src/outbox/outbox.js"
import { decodeReport, encodeReport, MISSING, reportChannel } from "../../src/wire/report.js"
import { spansOf } from "../wire/merge-model.js"
import { BOOT_ID, quietReport } from "../wire/report-vectors.js"

const CHANNELS = 3
const START_MS = 1767225600000
const SLOT_MS = 5000
/** A cell says how it is cut, so a report may grow by so much as it is made coarser. */
const CUT_BYTES = 3 * 4

/** What the device measured of one channel, by slot number. */
interface Truth {
    counts: number[]
    startMs: number[]
    sequence: number
}

/**
 * A server that checks each report against the truth, slot by slot, and each repeat on a link to the byte.
 * On another link slots may come again, put together in another way.
 */
class FakeServer {
    private reports = new Map<string, string>()
    /** By channel, the slot numbers that were told, in cells of whatever length. */
    readonly told = Array.from({ length: CHANNELS }, () => new Set<number>())
    /** The same of this link alone. */
    private toldOnLink = Array.from({ length: CHANNELS }, () => new Set<number>())
    readonly countSinceBoot: number[] = Array(CHANNELS).fill(0)
    /** By cell length, 5 s slots that were told. */
    readonly detail = new Map<number, number>()

    constructor(private readonly truth: Truth[]) {}

    beginLink(): void {
        this.reports = new Map()
        this.toldOnLink = Array.from({ length: CHANNELS }, () => new Set<number>())
    }

    store(bytes: Buffer): { channel: number; sequence: number } {
        const report = decodeReport(bytes)
        if (typeof report === "string") throw new Error(report)
        const { channel, sequence, slotSeconds } = report
        const key = `${channel} ${sequence}`
        const before = this.reports.get(key)
        this.reports.set(key, bytes.toString("hex"))
        if (before !== undefined) {
            expect(bytes.toString("hex")).toBe(before)
            return { channel, sequence }
        }
        const { counts, startMs } = this.truth[channel]
        expect(report.startMs).toBe(startMs[sequence])
        let at = sequence
        const spans = spansOf(report)
        for (const [i, span] of spans.entries()) {
            const slots = counts.slice(at, at + span)
            const known = slots.filter(count => count !== MISSING)
            const sum = known.reduce((total, count) => total + count, 0)
            expect(report.slots[i]).toBe(known.length > 0 ? sum : MISSING)
            if (known.length > 0 && known.length < span) expect(report.quality).toBeLessThan(50)
            for (let slot = at; slot < at + span; slot++) {
                expect(this.toldOnLink[channel].has(slot)).toBe(false)
                this.toldOnLink[channel].add(slot)
                this.told[channel].add(slot)
            }
            at += span
        }
        const upTo = counts.slice(0, at).reduce((sum, count) => sum + Math.max(0, count), 0)
        expect(report.countSinceBoot).toBe(upTo)
        this.countSinceBoot[channel] = Math.max(this.countSinceBoot[channel], upTo)
        this.detail.set(slotSeconds, (this.detail.get(slotSeconds) ?? 0) + report.span)
        return { channel, sequence }
    }
}

/** Random adds, sends, acknowledgements and lost links; then everything is delivered. */
function run(seed: number, maxBytes: number, addShare: number) {
    const random = new Random(seed)
    const outbox = new Outbox(maxBytes)
    outbox.jitter = random.next()
    const truth: Truth[] = Array.from({ length: CHANNELS }, () => ({
        counts: [],
        startMs: [],
        sequence: 0,
    }))
    const server = new FakeServer(truth)
    const nextMs: number[] = Array(CHANNELS).fill(START_MS)
    let acks: { channel: number; sequence: number }[] = []
    let nowMs = 1000

    function addReport(channel: number): void {
        const { counts, startMs } = truth[channel]
        const slots = Array.from({ length: 1 + random.nextInt(10) }, () =>
            random.nextInt(40) === 0 ? MISSING : random.nextInt(random.nextInt(4) === 0 ? 90 : 3)
        )
        // now and then a gap, as a stepped clock leaves it
        if (random.nextInt(60) === 0) nextMs[channel] += SLOT_MS
        const sequence = counts.length
        for (const count of slots) {
            counts.push(count)
            startMs.push(nextMs[channel])
            nextMs[channel] += SLOT_MS
        }
        const sum = slots.reduce((total, count) => total + Math.max(count, 0), 0)
        outbox.add(
            encodeReport(
                quietReport({
                    channel,
                    sequence,
                    startMs: startMs[sequence],
                    slots,
                    span: slots.length,
                    countSinceBoot: counts.reduce((total, count) => total + Math.max(count, 0), 0),
                    quality: 100,
                    pulseTimes: Array.from({ length: sum }, (_, at) => at),
                })
            )
        )
    }

    function send(): void {
        for (let bytes = outbox.next(nowMs, 0); bytes; bytes = outbox.next(nowMs, 0)) {
            expect(reportChannel(bytes)).toBeLessThan(CHANNELS)
            // some never arrive, and of some the acknowledgement does not
            if (random.nextInt(10) > 0) acks.push(server.store(bytes))
        }
    }

    function acknowledge(share: number): void {
        for (const { channel, sequence } of acks)
            if (random.next() < share) outbox.acknowledge(BOOT_ID, channel, sequence)
        acks = []
    }

    for (let step = 0; step < 1500; step++) {
        nowMs += random.nextInt(3000)
        const action = random.next()
        if (action < addShare) {
            addReport(random.nextInt(CHANNELS))
            expect(outbox.bytes()).toBeLessThanOrEqual(maxBytes)
            // at each slot: of three channels, fewer than half as many reports are made
            outbox.shrink(nowMs)
            outbox.shrink(nowMs)
        } else if (action < 0.97) {
            send()
            acknowledge(0.9)
        } else {
            outbox.resendAll()
            server.beginLink()
            const waiting = outbox.size()
            // answers to what was sent on the link before come too late
            acknowledge(1)
            expect(outbox.size()).toBe(waiting)
        }
        expect(outbox.bytes()).toBeLessThanOrEqual(maxBytes + CUT_BYTES)
    }
    while (outbox.size() > 0) {
        nowMs += 20_000
        send()
        acknowledge(1)
    }
    expect(outbox.bytes()).toBe(0)
    const total = truth.map(({ counts }) => counts.length)
    const sums = truth.map(({ counts }) => counts.reduce((sum, n) => sum + Math.max(0, n), 0))
    expect(server.countSinceBoot).toEqual(sums)
    return { outbox, server, total, told: server.told.map(({ size }) => size) }
}

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8]

test.each(SEEDS)("with enough memory every slot arrives exactly once in 5 s, seed %i", seed => {
    const { outbox, server, total, told } = run(seed, 1_000_000, 0.4)
    expect(outbox.dropped).toBe(0)
    expect(told).toEqual(total)
    expect([...server.detail.keys()]).toEqual([5])
})

test("with less, every slot arrives, coarser or not, and once on a link", () => {
    let coarse = 0
    for (const seed of SEEDS) {
        const { outbox, server, total, told } = run(seed, 12_000, 0.96)
        expect(outbox.dropped).toBe(0)
        expect(told).toEqual(total)
        coarse += server.detail.get(60) ?? 0
    }
    expect(coarse).toBeGreaterThan(5000)
})

test.each(SEEDS)("with too little, the counts since boot are still whole, seed %i", seed => {
    const { outbox, total, told } = run(seed, 2_000, 0.968)
    expect(outbox.dropped).toBeGreaterThan(0)
    for (const [channel, size] of told.entries()) expect(size).toBeLessThan(total[channel])
})
