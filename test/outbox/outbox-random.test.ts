import { expect, test } from "vitest"
import { Random } from "../../sim/random.js"
import { Outbox } from "../../src/outbox/outbox.js"
import {
    decodeReport,
    encodeReport,
    MISSING,
    reportChannel,
    reportSequence,
} from "../../src/wire/report.js"
import { BOOT_ID, quietReport } from "../wire/report-vectors.js"

const CHANNELS = 3
const START_MS = 1767225600000
const SLOT_MS = 5000

/** A server that stores each report once, and checks that a repeat is one to the byte. */
class FakeServer {
    /** By channel and sequence. */
    private readonly reports = new Map<string, string>()
    /** By channel and slot start. */
    readonly slots = new Map<string, number>()
    readonly countSinceBoot: number[] = Array(CHANNELS).fill(0)

    store(bytes: Buffer): { channel: number; sequence: number } {
        const report = decodeReport(bytes)
        if (typeof report === "string") throw new Error(report)
        const { channel, sequence } = report
        const key = `${channel} ${sequence}`
        const before = this.reports.get(key)
        this.reports.set(key, bytes.toString("hex"))
        if (before !== undefined) expect(bytes.toString("hex")).toBe(before)
        else {
            this.countSinceBoot[channel] = Math.max(
                this.countSinceBoot[channel],
                report.countSinceBoot
            )
            report.slots.forEach((count, at) => {
                const slot = `${channel} ${report.startMs + at * SLOT_MS}`
                expect(this.slots.has(slot)).toBe(false)
                this.slots.set(slot, count)
            })
        }
        return { channel, sequence }
    }
}

/** Random adds, sends, acknowledgements and lost links; then everything is delivered. */
function run(seed: number, maxBytes: number, addShare: number) {
    const random = new Random(seed)
    const outbox = new Outbox(maxBytes)
    const server = new FakeServer()
    const added = new Map<string, number>()
    const counts: number[] = Array(CHANNELS).fill(0)
    const nextMs: number[] = Array(CHANNELS).fill(START_MS)
    const sequences: number[] = Array(CHANNELS).fill(0)
    let acks: { channel: number; sequence: number; sentMs: number }[] = []
    let nowMs = 1000

    function addReport(channel: number): void {
        const slots = Array.from({ length: 1 + random.nextInt(10) }, () =>
            random.nextInt(8) === 0 ? MISSING : random.nextInt(random.nextInt(4) === 0 ? 90 : 3)
        )
        const sum = slots.reduce((total, count) => total + Math.max(count, 0), 0)
        counts[channel] += sum
        // now and then a gap, as a stepped clock leaves it
        if (random.nextInt(30) === 0) nextMs[channel] += SLOT_MS
        const startMs = nextMs[channel]
        slots.forEach((count, at) => {
            added.set(`${channel} ${startMs + at * SLOT_MS}`, count)
        })
        nextMs[channel] += slots.length * SLOT_MS
        const pulseTimes = Array.from({ length: sum }, (_, at) => at)
        const countSinceBoot = counts[channel]
        outbox.add(
            encodeReport(quietReport({ channel, startMs, slots, countSinceBoot, pulseTimes }))
        )
    }

    function send(): void {
        for (let bytes = outbox.next(nowMs, 0); bytes; bytes = outbox.next(nowMs, 0)) {
            const channel = reportChannel(bytes)
            // a sequence is either a repeat or the next one: no gap, not even for what was dropped
            expect(reportSequence(bytes)).toBeLessThanOrEqual(sequences[channel])
            if (reportSequence(bytes) === sequences[channel]) sequences[channel]++
            // some never arrive, and of some the acknowledgement does not
            if (random.nextInt(10) > 0) acks.push({ ...server.store(bytes), sentMs: nowMs })
            expect(acks.filter(({ sentMs }) => nowMs - sentMs < 10_000).length).toBeLessThanOrEqual(
                4
            )
        }
    }

    for (let step = 0; step < 1500; step++) {
        nowMs += random.nextInt(3000)
        const action = random.next()
        if (action < addShare) {
            addReport(random.nextInt(CHANNELS))
            outbox.shrink()
        } else if (action < 0.97) {
            send()
            for (const { channel, sequence } of acks)
                if (random.nextInt(10) > 0) outbox.acknowledge(BOOT_ID, channel, sequence)
            acks = []
        } else {
            acks = []
            outbox.resendAll()
        }
        expect(outbox["usedBytes"]).toBeLessThanOrEqual(maxBytes)
    }
    while (outbox.size() > 0) {
        nowMs += 20_000
        acks = []
        send()
        for (const { channel, sequence } of acks) outbox.acknowledge(BOOT_ID, channel, sequence)
    }
    expect(outbox["usedBytes"]).toBe(0)
    return { outbox, server, added, counts }
}

test.each([1, 2, 3, 4, 5])("with enough memory every slot arrives exactly once, seed %i", seed => {
    const { outbox, server, added, counts } = run(seed, 1_000_000, 0.4)
    expect(outbox.dropped).toBe(0)
    expect(server.slots).toEqual(added)
    expect(server.countSinceBoot).toEqual(counts)
})

test.each([1, 2, 3, 4, 5])("merged reports say what the original ones did, seed %i", seed => {
    const { outbox, server, added, counts } = run(seed, 20_000, 0.45)
    expect(outbox.dropped).toBe(0)
    expect(server.slots).toEqual(added)
    expect(server.countSinceBoot).toEqual(counts)
})

test.each([1, 2, 3, 4, 5])(
    "with too little, the counts since boot are still whole, seed %i",
    seed => {
        const { outbox, server, added, counts } = run(seed, 3_000, 0.965)
        expect(outbox.dropped).toBeGreaterThan(0)
        expect(server.slots.size).toBeLessThan(added.size)
        for (const [slot, count] of server.slots) expect(count).toBe(added.get(slot))
        expect(server.countSinceBoot).toEqual(counts)
    }
)
