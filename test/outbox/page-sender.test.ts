import { describe, expect, test } from "vitest"
import { Journal } from "../../src/outbox/journal.js"
import { PageSender } from "../../src/outbox/page-sender.js"
import { encodePage, FLASH_PAGES, pageKey, pageNumber } from "../../src/wire/page.js"

const OLD_BOOT = 5
const THIS_BOOT = 6

function pageOf(sequence: number, bootId: number): Buffer {
    const entry = { channel: 0, isPoor: false, countSinceBoot: 1, energyOutSinceBoot: undefined }
    const channels = [{ ...entry, cells: [1] }]
    const cut = { firstSlot: sequence, span: 1, firstSpan: 1 }
    return encodePage({ bootId, sequence, startMs: 0, isUptime: true, ...cut, channels })
}

/** A flash with pages of these numbers and boots, a sender, and a server that may take a page. */
class Bench {
    readonly flash = new Map<string, Buffer>()
    readonly journal = new Journal(0)
    readonly sender = new PageSender(this.journal)
    nowMs = 0
    isComplete = true

    put(sequence: number, bootId: number): void {
        this.flash.set(pageKey(sequence), pageOf(sequence, bootId))
    }

    scan(): void {
        for (let key = this.journal.nextScan(); key !== undefined; key = this.journal.nextScan())
            this.journal.scan(this.flash.get(key))
    }

    /** Numbers of the pages sent, in order. */
    run(forMs: number, takes: (number: number) => boolean): number[] {
        const sent: number[] = []
        for (const endMs = this.nowMs + forMs; this.nowMs < endMs; this.nowMs += 500) {
            const key = this.sender.nextRead()
            if (key !== undefined)
                this.sender.took(this.flash.get(key), this.isComplete ? THIS_BOOT : undefined)
            const page = this.sender.next(this.nowMs)
            const number = page && pageNumber(page)
            if (!page || number === undefined) continue
            sent.push(number)
            if (takes(number)) this.sender.acknowledge(page.readUInt32LE(3), number)
        }
        return sent
    }
}

describe("pages in flash", () => {
    test("are sent newest first, each once, and not again on the next link", () => {
        const bench = new Bench()
        for (const number of [50, 51, 52, 53]) bench.put(number, OLD_BOOT)
        bench.scan()
        expect(bench.run(60_000, () => true)).toEqual([53, 52, 51, 50])
        bench.sender.restart()
        expect(bench.run(60_000, () => true)).toEqual([])
    })

    test("that are older than the ring is long are not looked for", () => {
        const bench = new Bench()
        for (let number = 3; number < 3 + FLASH_PAGES; number++) bench.put(number, OLD_BOOT)
        bench.scan()
        const sent = bench.run(120_000, () => true)
        expect(sent).toHaveLength(FLASH_PAGES)
        expect(sent.at(-1)).toBe(3)
    })

    test("of this boot wait until memory gives something up, even when they were passed by before", () => {
        const bench = new Bench()
        bench.put(0, OLD_BOOT)
        for (const number of [1, 2]) bench.put(number, THIS_BOOT)
        bench.scan()
        expect(bench.run(60_000, () => true)).toEqual([0])
        bench.sender.restart()
        bench.isComplete = false
        expect(bench.run(60_000, () => true)).toEqual([2, 1])
        bench.sender.restart()
        expect(bench.run(60_000, () => true)).toEqual([])
    })

    test("that the server does not take keep none back, and come again after a quarter of an hour", () => {
        const bench = new Bench()
        for (const number of [0, 1, 2]) bench.put(number, OLD_BOOT)
        bench.scan()
        expect(bench.run(120_000, number => number !== 1)).toEqual([2, 1, 0])
        expect(bench.run(700_000, () => true)).toEqual([])
        expect(bench.run(300_000, () => true)).toEqual([2, 1])
        expect(bench.run(3_600_000, () => true)).toEqual([])
    })

    test("are forgotten only on their own acknowledgement, which may come twice", () => {
        const bench = new Bench()
        for (const number of [0, 1]) bench.put(number, OLD_BOOT)
        bench.scan()
        expect(bench.run(10_000, () => false)).toEqual([1])
        bench.sender.acknowledge(OLD_BOOT, 0)
        bench.sender.acknowledge(THIS_BOOT, 1)
        expect(bench.run(5000, () => false)).toEqual([])
        bench.sender.acknowledge(OLD_BOOT, 1)
        bench.sender.acknowledge(OLD_BOOT, 1)
        expect(bench.run(10_000, () => true)).toEqual([0])
    })

    test("an empty flash has nothing to send, and what is written later is found", () => {
        const bench = new Bench()
        bench.scan()
        expect(bench.run(10_000, () => true)).toEqual([])
        bench.put(0, OLD_BOOT)
        bench.journal.newest = 0
        expect(bench.run(10_000, () => true)).toEqual([0])
    })
})
