import { describe, expect, test } from "vitest"
import { Courier, type Outgoing } from "../../src/outbox/courier.js"
import type { Recorder } from "../../src/outbox/recorder.js"
import { type AckedReport, encodeAck } from "../../src/wire/ack.js"
import { HELLO_LOG, PAGE_LOG } from "../../src/wire/head.js"
import { TOPIC_HELLO, TOPIC_PAGE, TOPIC_REPORT } from "../../src/wire/limits.js"
import { encodePage, pageKey } from "../../src/wire/page.js"
import { recorderOf } from "./recorder-of.js"

const BOOT_ID = 1
const SERVER_MS = 1767225600000
const IDENTITY = { board: "b", kinds: [1], settingsVersion: 0 }

class Desk {
    readonly recorder: Recorder
    readonly courier: Courier

    constructor(random = () => 0, uptimeMs = 0) {
        this.recorder = recorderOf(BOOT_ID, 1, uptimeMs)
        this.courier = new Courier(this.recorder, () => IDENTITY, random)
    }

    /** All that may be sent at an uptime. */
    send(nowMs: number): Outgoing[] {
        const sent: Outgoing[] = []
        for (let out = this.courier.next(nowMs); out; out = this.courier.next(nowMs)) sent.push(out)
        return sent
    }

    topics(nowMs: number): string {
        return this.send(nowMs)
            .map(({ topic }) => topic)
            .join("")
    }

    /** The server's clock is that of the device, plus SERVER_MS, when it answers. */
    ack(nowMs: number, answeredMs: number, reports: AckedReport[] = [], bootId = BOOT_ID): void {
        const ack = encodeAck({ bootId, serverTimeMs: SERVER_MS + answeredMs, reports })
        expect(this.courier.receiveAck(ack, nowMs)).toBeUndefined()
    }

    answerHello(sentMs: number, nowMs: number, answeredMs: number): void {
        this.ack(nowMs, answeredMs, [{ channel: HELLO_LOG, sequence: sentMs % 2 ** 32 }])
    }

    sync(nowMs: number): void {
        this.courier.setLink(true, nowMs)
        expect(this.topics(nowMs)).toBe(TOPIC_HELLO)
        this.answerHello(nowMs, nowMs, nowMs)
        expect(this.courier.isSynced).toBe(true)
    }
}

describe("a link that comes up", () => {
    test("carries a hello, and nothing else before its answer", () => {
        const desk = new Desk()
        desk.recorder.endSlots(50_000)
        expect(desk.topics(50_000)).toBe("")
        expect(desk.courier.setLink(true, 50_000)).toBe(true)
        expect(desk.courier.setLink(true, 50_000)).toBe(false)
        expect(desk.topics(50_000)).toBe(TOPIC_HELLO)
        expect(desk.topics(54_999)).toBe("")
        desk.answerHello(50_000, 51_000, 50_500)
        expect(desk.recorder.clock.offsetMs).toBe(SERVER_MS)
        expect(desk.topics(51_000)).toBe(TOPIC_REPORT)
    })

    test("that goes again begins with a hello anew", () => {
        const desk = new Desk()
        desk.sync(1000)
        expect(desk.courier.setLink(false, 2000)).toBe(true)
        expect(desk.courier.isSynced).toBe(false)
        expect(desk.topics(3000)).toBe("")
        desk.courier.setLink(true, 4000)
        expect(desk.topics(4000)).toBe(TOPIC_HELLO)
    })

    test.each([0, 0.5, 0.999])(
        "repeats a hello that is not answered after 5 s, then 10 s, up to 80 s, each plus a share of %d",
        share => {
            const desk = new Desk(() => share)
            desk.courier.setLink(true, 0)
            const sentMs: number[] = []
            for (let nowMs = 0; nowMs < 600_000; nowMs += 250)
                if (desk.topics(nowMs) === TOPIC_HELLO) sentMs.push(nowMs)
            const waits = sentMs.slice(1).map((atMs, i) => atMs - sentMs[i])
            const least = [5000, 10_000, 20_000, 40_000, 80_000, 80_000]
            waits.forEach((waitMs, i) => {
                const wantedMs = (least[i] ?? 80_000) * (1 + share)
                expect(waitMs - wantedMs).toBeGreaterThanOrEqual(0)
                expect(waitMs - wantedMs).toBeLessThan(250)
            })
            expect(waits.length).toBeGreaterThanOrEqual(5)
        }
    )
})

describe("the clock", () => {
    test("is set by the hello that was answered, though the one before it was lost", () => {
        const desk = new Desk()
        desk.courier.setLink(true, 0)
        desk.send(0)
        desk.send(5000)
        desk.answerHello(5000, 5200, 5100)
        expect(desk.recorder.clock.offsetMs).toBe(SERVER_MS)
    })

    test("waits for a second answer when the first came late", () => {
        const desk = new Desk()
        desk.courier.setLink(true, 0)
        desk.send(0)
        desk.answerHello(0, 4000, 100)
        expect(desk.courier.isSynced).toBe(false)
        expect(desk.topics(4000)).toBe(TOPIC_HELLO)
        desk.answerHello(4000, 4200, 4100)
        expect(desk.courier.isSynced).toBe(true)
        expect(desk.recorder.clock.offsetMs).toBe(SERVER_MS)
    })

    test("takes what it gets in the end, on a link where every answer is late", () => {
        const desk = new Desk()
        desk.courier.setLink(true, 0)
        let nowMs = 0
        while (!desk.courier.isSynced && nowMs < 120_000) {
            const hellos = desk.send(nowMs)
            const sentMs = nowMs
            nowMs += 6000
            if (hellos.length > 0) desk.answerHello(sentMs, nowMs, nowMs - 3000)
        }
        expect(desk.courier.isSynced).toBe(true)
        expect(nowMs).toBeLessThanOrEqual(24_000)
    })

    test("is not set by a late answer to an earlier hello, which would look prompt", () => {
        const desk = new Desk()
        desk.courier.setLink(true, 0)
        desk.send(0)
        desk.send(5000)
        desk.answerHello(0, 5200, 2600)
        expect(desk.courier.isSynced).toBe(false)
        desk.answerHello(5000, 5400, 5200)
        expect(desk.courier.isSynced).toBe(true)
        expect(desk.recorder.clock.offsetMs).toBe(SERVER_MS)
    })

    test("is set after more than 2^32 ms", () => {
        const nowMs = 2 ** 32 + 5000
        const desk = new Desk(undefined, nowMs)
        desk.sync(nowMs)
        expect(desk.recorder.clock.offsetMs).toBe(SERVER_MS)
    })

    test("is not set by what the server says to another boot", () => {
        const desk = new Desk()
        desk.courier.setLink(true, 0)
        desk.send(0)
        desk.ack(100, 100, [{ channel: HELLO_LOG, sequence: 0 }], BOOT_ID + 1)
        expect(desk.courier.isSynced).toBe(false)
    })
})

describe("pages from flash", () => {
    function pageOf(bootId: number): Buffer {
        const entry = {
            channel: 0,
            isPoor: false,
            countSinceBoot: 1,
            energyOutSinceBoot: undefined,
        }
        const channels = [{ ...entry, cells: [1] }]
        const cut = { firstSlot: 0, span: 1, firstSpan: 1 }
        return encodePage({ bootId, sequence: 0, startMs: 0, isUptime: true, ...cut, channels })
    }

    /** As the flash fiber does. */
    function read(desk: Desk, page: Buffer): void {
        const { journal } = desk.recorder
        for (let key = journal.nextScan(); key !== undefined; key = journal.nextScan())
            journal.scan(key === pageKey(0) ? page : undefined)
        if (desk.courier.pages.nextRead() === pageKey(0)) desk.courier.pages.took(page, BOOT_ID)
    }

    test("go after the reports, until they are acknowledged", () => {
        const desk = new Desk()
        desk.sync(1000)
        read(desk, pageOf(9))
        desk.recorder.endSlots(10_000)
        expect(desk.topics(10_000)).toMatch(new RegExp(`^${TOPIC_REPORT}+${TOPIC_PAGE}$`))
        expect(desk.topics(10_250)).toBe("")
        desk.courier.setLink(false, 11_000)
        desk.courier.setLink(true, 12_000)
        desk.send(12_000)
        desk.answerHello(12_000, 12_000, 12_000)
        read(desk, pageOf(9))
        expect(desk.topics(12_000)).toContain(TOPIC_PAGE)
        desk.ack(12_100, 12_050, [{ channel: PAGE_LOG, sequence: 0 }], 9)
        read(desk, pageOf(9))
        desk.courier.setLink(false, 13_000)
        desk.courier.setLink(true, 14_000)
        desk.send(14_000)
        desk.answerHello(14_000, 14_000, 14_000)
        read(desk, pageOf(9))
        expect(desk.topics(14_000)).not.toContain(TOPIC_PAGE)
    })

    test("of this boot stay where they are while memory holds all", () => {
        const desk = new Desk()
        desk.sync(1000)
        read(desk, pageOf(BOOT_ID))
        expect(desk.topics(1000)).not.toContain(TOPIC_PAGE)
    })
})
