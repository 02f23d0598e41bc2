import { describe, expect, test } from "vitest"
import type { Journal } from "../../src/outbox/journal.js"
import type { Recorder } from "../../src/outbox/recorder.js"
import { decodePage, encodePage, FLASH_PAGES, type Page, pageKey } from "../../src/wire/page.js"
import { recorderOf } from "./recorder-of.js"

const SERVER_MS = 1767225600000
const SLOT_MS = 5000
const MINUTE_MS = 60_000
/** Just before ten minutes, so that there is time to wait for a quiet moment. */
const DUE_MS = 10 * MINUTE_MS - 25_000

function decoded(bytes: Buffer): Page {
    const page = decodePage(bytes)
    if (typeof page === "string") throw new Error(page)
    return page
}

/** A recorder that has looked through an empty flash, synchronised at 0. */
function started(channels = 1): Recorder {
    const recorder = recorderOf(1, channels, 0)
    for (let i = 0; i < FLASH_PAGES; i++) recorder.journal.scan(undefined)
    recorder.sync(SERVER_MS, 0, 0)
    return recorder
}

function run(recorder: Recorder, fromMs: number, toMs: number): void {
    for (let nowMs = fromMs + SLOT_MS; nowMs <= toMs; nowMs += SLOT_MS) {
        recorder.addPulse(0, nowMs - 1)
        recorder.endSlots(nowMs)
    }
}

/** Acknowledges all that waits. */
function acknowledgeAll(recorder: Recorder, nowMs: number): void {
    const { outbox } = recorder
    for (let bytes = outbox.next(nowMs, SERVER_MS); bytes; bytes = outbox.next(nowMs, SERVER_MS)) {
        const reports = [{ channel: bytes[1], sequence: bytes.readUInt32LE(7) }]
        recorder.acknowledge({ bootId: 1, serverTimeMs: SERVER_MS + nowMs, reports }, nowMs)
    }
}

/** Does what is due; returns the pages by key. */
function writeAll(journal: Journal, nowMs: number): Map<string, Page> {
    const written = new Map<string, Page>()
    while (journal.isDue(nowMs)) {
        const write = journal.nextWrite()
        written.set(pageKey(write.number), decoded(write.page))
        journal.wrote(write, nowMs)
    }
    return written
}

describe("a write is due", () => {
    test("not in the first ten minutes after boot", () => {
        const recorder = started()
        run(recorder, 0, DUE_MS)
        expect(recorder.journal.isDue(DUE_MS - 1)).toBe(false)
        expect(recorder.journal.isDue(DUE_MS)).toBe(true)
    })

    test("never while acknowledgements come", () => {
        const recorder = started()
        for (let nowMs = 0; nowMs < 24 * 60 * MINUTE_MS; nowMs += 50_000) {
            run(recorder, nowMs, nowMs + 50_000)
            expect(recorder.journal.isDue(nowMs + 50_000)).toBe(false)
            acknowledgeAll(recorder, nowMs + 50_000)
        }
    })

    test("so that at most ten minutes are at risk: what was not acknowledged counts from its beginning", () => {
        const recorder = started()
        run(recorder, 0, 50 * MINUTE_MS)
        acknowledgeAll(recorder, 50 * MINUTE_MS)
        let nowMs = 50 * MINUTE_MS
        while (!recorder.journal.isDue(nowMs)) {
            run(recorder, nowMs, nowMs + SLOT_MS)
            nowMs += SLOT_MS
        }
        // the newest report may hold ten slots that were counted before that acknowledgement
        const atRiskMs = nowMs - 50 * MINUTE_MS + 50_000
        expect(atRiskMs).toBeLessThanOrEqual(10 * MINUTE_MS)
        expect(atRiskMs).toBeGreaterThan(8 * MINUTE_MS)
        const pages = [...writeAll(recorder.journal, nowMs).values()]
        // and what is written goes back at least that far
        expect(Math.min(...pages.map(({ startMs }) => startMs))).toBeLessThanOrEqual(
            SERVER_MS + 50 * MINUTE_MS - 50_000
        )
        expect(Math.max(...pages.map(({ channels }) => channels[0].countSinceBoot))).toBe(
            recorder.countOf(0)
        )
    })

    test("every ten minutes from then on, under the same key until the page is full", () => {
        const recorder = started(4)
        const keys: string[][] = []
        let writtenMs = 0
        for (let nowMs = SLOT_MS; nowMs <= 240 * MINUTE_MS; nowMs += SLOT_MS) {
            run(recorder, nowMs - SLOT_MS, nowMs)
            if (!recorder.journal.isDue(nowMs)) continue
            expect(nowMs - writtenMs).toBeLessThanOrEqual(10 * MINUTE_MS)
            writtenMs = nowMs
            keys.push([...writeAll(recorder.journal, nowMs).keys()])
        }
        const flat = keys.flat()
        expect(flat.slice(0, 3)).toEqual(["p0", "p1", "p1"])
        expect(new Set(flat)).toEqual(new Set(["p0", "p1", "p2"]))
    })

    test("though one acknowledgement came every nine minutes, while others never do", () => {
        const recorder = started()
        const { outbox, journal } = recorder
        let writes = 0
        for (let nowMs = 0; nowMs < 180 * MINUTE_MS; nowMs += SLOT_MS) {
            run(recorder, nowMs, nowMs + SLOT_MS)
            if (nowMs % (9 * MINUTE_MS) === 0) {
                outbox.resendAll()
                const bytes = outbox.next(nowMs, SERVER_MS)
                if (bytes) {
                    const reports = [{ channel: 0, sequence: bytes.readUInt32LE(7) }]
                    const ack = { bootId: 1, serverTimeMs: SERVER_MS + nowMs, reports }
                    recorder.acknowledge(ack, nowMs)
                }
            }
            writes += writeAll(journal, nowMs + SLOT_MS).size
        }
        expect(outbox.size()).toBeGreaterThan(20)
        expect(writes).toBeGreaterThan(10)
    })

    test("never when the link flaps and what waited is delivered each time", () => {
        const recorder = started()
        for (let nowMs = 0; nowMs < 360 * MINUTE_MS; nowMs += 7 * MINUTE_MS) {
            run(recorder, nowMs, nowMs + 7 * MINUTE_MS)
            expect(recorder.journal.isDue(nowMs + 7 * MINUTE_MS)).toBe(false)
            recorder.outbox.resendAll()
            recorder.journal.freeze()
            acknowledgeAll(recorder, nowMs + 7 * MINUTE_MS)
        }
    })

    test("not without channels: a page of none would be none", () => {
        const recorder = started()
        recorder.end(0)
        recorder.begin(2, [], 0)
        run2(recorder, 60 * MINUTE_MS)
        expect(recorder.journal.isDue(60 * MINUTE_MS)).toBe(false)
    })
})

function run2(recorder: Recorder, toMs: number): void {
    for (let nowMs = SLOT_MS; nowMs <= toMs; nowMs += SLOT_MS) recorder.endSlots(nowMs)
}

describe("a write that takes its time", () => {
    test("is that of the page it began with, though the page was sealed in the meantime", () => {
        const recorder = started()
        const { journal } = recorder
        run(recorder, 0, DUE_MS)
        const [last] = [...writeAll(journal, DUE_MS).keys()].slice(-1)
        run(recorder, DUE_MS, 2 * DUE_MS)
        const under = journal.nextWrite()
        expect(pageKey(under.number)).toBe(last)
        // one more slot is counted, then the link comes back and goes again
        run(recorder, 2 * DUE_MS, 2 * DUE_MS + SLOT_MS)
        journal.freeze()
        journal.wrote(under, 2 * DUE_MS + SLOT_MS)
        run(recorder, 2 * DUE_MS + SLOT_MS, 3 * DUE_MS)
        const pages = writeAll(journal, 3 * DUE_MS)
        const [frozen, open] = [...pages.values()]
        expect(pages.has(last)).toBe(true)
        expect(frozen.firstSlot + frozen.span).toBe(open.firstSlot)
        expect(frozen.span).toBe(decoded(under.page).span + 1)
        expect(open.channels[0].countSinceBoot).toBe(recorder.countOf(0))
    })

    test("leaves no page without slots when settings change meanwhile", () => {
        const recorder = started()
        const { journal } = recorder
        run(recorder, 0, DUE_MS)
        const under = journal.nextWrite()
        recorder.end(DUE_MS)
        journal.wrote(under, DUE_MS)
        recorder.begin(2, recorderOf(2, 1, 0).logs, DUE_MS)
        expect(journal.isDue(DUE_MS)).toBe(false)
        run(recorder, DUE_MS, 2 * DUE_MS)
        const pages = [...writeAll(journal, 2 * DUE_MS).values()]
        expect(pages.map(({ bootId }) => bootId)).toContain(1)
        for (const { span } of pages) expect(span).toBeGreaterThan(0)
        const numbers = pages.flatMap(({ firstSlot, span }) => [firstSlot, firstSlot + span])
        expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
    })

    test("is done again under its number when it failed", () => {
        const recorder = started()
        run(recorder, 0, DUE_MS)
        const first = recorder.journal.nextWrite()
        expect(recorder.journal.isDue(DUE_MS)).toBe(true)
        expect(recorder.journal.nextWrite().number).toBe(first.number)
    })
})

describe("numbers", () => {
    test("go on after the newest page in flash, and run round the ring", () => {
        const recorder = recorderOf(1, 1, 0)
        const page = (sequence: number) => {
            const channels = [
                {
                    channel: 0,
                    isPoor: false,
                    countSinceBoot: 1,
                    energyOutSinceBoot: undefined,
                    cells: [1],
                },
            ]
            const cut = { firstSlot: 0, span: 1, firstSpan: 1 }
            return encodePage({ bootId: 9, sequence, startMs: 0, isUptime: true, ...cut, channels })
        }
        const { journal } = recorder
        let keys = 0
        for (let key = journal.nextScan(); key !== undefined; key = journal.nextScan()) {
            expect(key).toBe(`p${keys++}`)
            // the newest is in the last place; of the fourth a bit has flipped
            const flipped = page(3)
            flipped[10] ^= 128
            journal.scan(
                keys === FLASH_PAGES ? page(2 * FLASH_PAGES - 1) : keys === 4 ? flipped : undefined
            )
        }
        expect(keys).toBe(FLASH_PAGES)
        expect(journal.newest).toBe(2 * FLASH_PAGES - 1)
        run2(recorder, DUE_MS)
        expect([...writeAll(journal, DUE_MS).keys()]).toEqual(["p0"])
        expect(journal.newest).toBe(2 * FLASH_PAGES)
    })
})
