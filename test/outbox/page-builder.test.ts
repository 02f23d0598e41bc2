import { describe, expect, test } from "vitest"
import { Random } from "../../sim/random.js"
import { PageBuilder } from "../../src/outbox/page-builder.js"
import type { SlotLog } from "../../src/outbox/slot-log.js"
import { cellSpan } from "../../src/wire/cells.js"
import { decodePage, MAX_PAGE_BYTES, numberPage, type Page } from "../../src/wire/page.js"
import { MISSING } from "../../src/wire/report.js"

const SLOT_MS = 5000
const CELL_MS = 300_000
const START_MS = 1767225600000

/** A channel as the builder sees it, set slot by slot. */
class FakeLog implements SlotLog {
    isFailed = false
    wasSampled = true
    wasPoor = false
    count = 0

    constructor(
        readonly channel: number,
        private readonly isMains: boolean
    ) {}

    addLateTick(): void {}
    closeSlot(): void {}
    countSinceBoot(): number {
        return this.count
    }
    energyOutSinceBoot(): number | undefined {
        return this.isMains ? 2 * this.count : undefined
    }
    takeReport(): Buffer | undefined {
        return undefined
    }
}

interface Slot {
    startMs: number
    number: number
    /** Per channel, MISSING if nothing was sampled. */
    counts: number[]
    poor: boolean[]
    since: number[]
}

function decoded(builder: PageBuilder): Page {
    const bytes = builder.encode()
    numberPage(bytes, 1)
    expect(bytes.length).toBeLessThanOrEqual(MAX_PAGE_BYTES)
    const page = decodePage(bytes)
    if (typeof page === "string") throw new Error(page)
    return page
}

/** What a page must say, from the slots alone. */
function check(page: Page, slots: Slot[], isMains: boolean[]): void {
    expect(page.startMs).toBe(slots[0].startMs)
    expect(page.firstSlot).toBe(slots[0].number)
    expect(page.span).toBe(slots.length)
    const cut = { slotSeconds: 300, span: page.span, firstSpan: page.firstSpan }
    page.channels.forEach((channel, c) => {
        expect(channel.countSinceBoot).toBe(slots[slots.length - 1].since[c])
        if (isMains[c]) {
            expect(channel.energyOutSinceBoot).toBe(2 * channel.countSinceBoot)
            expect(channel.cells).toEqual([])
            return
        }
        let at = 0
        let isPoor = false
        channel.cells.forEach((cell, i) => {
            const span = cellSpan(cut, i)
            const inCell = slots.slice(at, at + span)
            const numbers = inCell.map(({ startMs }) => Math.floor(startMs / CELL_MS))
            expect(new Set(numbers).size).toBe(1)
            const sampled = inCell.map(({ counts }) => counts[c]).filter(count => count !== MISSING)
            const sum = sampled.reduce((total, count) => total + count, 0)
            expect(cell).toBe(sampled.length === 0 ? MISSING : sum)
            if (sampled.length > 0 && sampled.length < span) isPoor = true
            if (inCell.some(({ poor }) => poor[c])) isPoor = true
            at += span
        })
        expect(at).toBe(slots.length)
        expect(channel.isPoor).toBe(isPoor)
    })
}

/** Random slots with gaps in time, misses and bursts; returns how many pages they gave. */
function run(
    seed: number,
    channels: number,
    isMains: boolean[],
    mostInSlot: number,
    stepsEvery = 400
): Page[] {
    const random = new Random(seed)
    const logs = Array.from({ length: channels }, (_, i) => new FakeLog(i, isMains[i]))
    const builder = new PageBuilder()
    builder.begin(7, logs)
    const pages: Page[] = []
    let slots: Slot[] = []
    let startMs = START_MS + random.nextInt(60) * SLOT_MS
    let isUptime = random.nextInt(4) === 0
    for (let number = 0; number < 6000; number++) {
        if (random.nextInt(stepsEvery) === 0) {
            // a clock step, back or forth, or the first time
            startMs += (random.nextInt(200) - 100) * SLOT_MS
            isUptime = false
        }
        const counts = logs.map((log, c) => {
            log.wasSampled = isMains[c] ? false : random.nextInt(50) > 0
            log.wasPoor = log.wasSampled && !isMains[c] && random.nextInt(300) === 0
            const count = log.wasSampled || isMains[c] ? random.nextInt(mostInSlot + 1) : 0
            log.count += count
            return log.wasSampled ? count : MISSING
        })
        if (builder.mustSeal(startMs, isUptime, false)) {
            pages.push(decoded(builder))
            check(pages[pages.length - 1], slots, isMains)
            builder.span = 0
            slots = []
        }
        builder.addSlot(startMs, number, isUptime)
        const poor = logs.map(({ wasPoor }) => wasPoor)
        slots.push({ startMs, number, counts, poor, since: logs.map(({ count }) => count) })
        if (random.nextInt(20) === 0) check(decoded(builder), slots, isMains)
        startMs += SLOT_MS
    }
    return pages
}

describe("pages of random slots say what the slots did", () => {
    const none: boolean[] = []
    test.each([
        { name: "one quiet channel", channels: 1, isMains: none, most: 1 },
        { name: "four channels", channels: 4, isMains: none, most: 10 },
        { name: "16 channels at the fastest of S0", channels: 16, isMains: none, most: 83 },
        {
            name: "7 counters beside 9 clamps",
            channels: 16,
            isMains: Array.from({ length: 16 }, (_, i) => i >= 7),
            most: 83,
        },
        {
            name: "6 counters beside 10 chips' circuits",
            channels: 16,
            isMains: Array.from({ length: 16 }, (_, i) => i >= 6),
            most: 83,
        },
        { name: "one clamp", channels: 1, isMains: [true], most: 1000 },
    ])("$name", ({ channels, isMains, most }) => {
        for (const seed of [1, 2, 3]) run(seed, channels, isMains, most)
    })

    test.each([
        {
            name: "four channels at a pulse every 3 s",
            channels: 4,
            isMains: none,
            most: 3,
            hours: 3.2,
        },
        { name: "16 at the fastest of S0", channels: 16, isMains: none, most: 83, hours: 0.25 },
        { name: "one clamp", channels: 1, isMains: [true], most: 9, hours: 2.5 },
    ])("$name fill a page in $hours hours", ({ channels, isMains, most, hours }) => {
        const pages = run(9, channels, isMains, most, 1_000_000)
        for (const { span } of pages.slice(1)) {
            expect(span * SLOT_MS).toBeGreaterThanOrEqual(hours * 3_600_000 - CELL_MS)
            expect(span * SLOT_MS).toBeLessThanOrEqual(hours * 3_600_000 * 1.2)
        }
    })
})
