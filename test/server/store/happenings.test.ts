import { describe, expect, test } from "vitest"
import { openTestStore, START_MS, seededNumbers } from "../helpers.js"
import { ingestAll, MAINS_ID, makeEvent, makePieces, sayHello } from "../mains-helpers.js"

const ALL = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, limit: 100 }

async function open() {
    const store = await openTestStore()
    sayHello(store)
    return store
}

describe("events", () => {
    test("are stored once, by boot and sequence, and told newest first", async () => {
        const store = await open()
        const events = [
            makeEvent(),
            makeEvent({ sequence: 1, startMs: START_MS + 5, channel: 255, code: 20, value: 3 }),
            makeEvent({ bootId: 2, startMs: START_MS - 5 }),
        ]
        const outcomes = ingestAll(
            store,
            ...[...events, ...events].map(event => ({ kind: "event" as const, event }))
        ).map(({ outcome }) => outcome)
        expect(outcomes).toEqual([...Array(3).fill("happened"), ...Array(3).fill("known")])
        expect(store.events(ALL).map(({ beganMs, channelId }) => [beganMs, channelId])).toEqual([
            [START_MS + 5, null],
            [START_MS, MAINS_ID],
            [START_MS - 5, MAINS_ID],
        ])
        expect(store.events({ ...ALL, limit: 1 })).toHaveLength(1)
        expect(store.events({ ...ALL, fromMs: START_MS, toMs: START_MS + 5 })).toHaveLength(1)
        expect(store.events({ ...ALL, channelId: MAINS_ID })).toHaveLength(2)
        expect(store.events({ ...ALL, deviceId: "f".repeat(16) })).toEqual([])
    })

    test("before the first time sync are dated by the boot's hello", async () => {
        const store = await open()
        const event = makeEvent({ isUptime: true, startMs: 250 })
        ingestAll(store, { kind: "event", event })
        expect(store.events(ALL)[0].beganMs).toBe(START_MS + 3_600_000 + 250)
        const [result] = ingestAll(store, { kind: "event", event: { ...event, bootId: 9 } })
        expect(result.outcome).toBe("refused")
    })

    test("of a wrong clock do not stay on top, those of no channel are refused", async () => {
        const store = await open()
        ingestAll(store, { kind: "event", event: makeEvent({ startMs: START_MS * 2 }) })
        expect(store.events(ALL)[0].beganMs).toBe(START_MS + 3_600_000)
        const [result] = ingestAll(store, { kind: "event", event: makeEvent({ channel: 9 }) })
        expect(result).toMatchObject({ outcome: "refused" })
    })
})

test("the newest 10,000 events of a device are kept, in whatever order they come", async () => {
    const store = await open()
    const said = (from: number, count: number) =>
        Array.from({ length: count }, (_, at) => ({
            kind: "event" as const,
            event: makeEvent({ sequence: from + at, startMs: START_MS + from + at }),
        }))
    ingestAll(store, ...said(5, 10_000).reverse())
    const beganMs = () => store.events({ ...ALL, limit: 20_000 }).map(event => event.beganMs)
    const kept = Array.from({ length: 10_000 }, (_, at) => START_MS + 10_004 - at)
    expect(beganMs()).toEqual(kept)
    ingestAll(store, ...said(0, 5))
    expect(beganMs()).toEqual(kept)
    ingestAll(store, ...said(10_005, 1))
    expect(beganMs()).toEqual([START_MS + 10_005, ...kept.slice(0, -1)])
})

test("the newest 200 waveforms of a channel are kept, whatever comes of others", async () => {
    const store = await open()
    const [piece] = makePieces(1)
    const add = (at: number, channel = 1) => {
        const startMs = START_MS + at * 1000
        ingestAll(store, { kind: "waveform", piece: { ...piece, channel, startMs } })
    }
    add(0, 2)
    for (let at = 203; at >= 1; at--) add(at)
    const startedMs = store.waveforms(MAINS_ID).map(waveform => waveform.startedMs)
    expect(startedMs).toEqual(Array.from({ length: 200 }, (_, at) => START_MS + (203 - at) * 1000))
    expect(store.waveforms(3)).toHaveLength(1)
})

describe("waveforms", () => {
    const codes = Array.from({ length: 200 }, (_, at) => at)
    const voltage = codes.map(at => (at * 260) % 4096)
    const current = codes.map(at => (at * 260 + 130) % 4096)

    test("come together from pieces in any order, each any number of times", async () => {
        const pieces = makePieces(200)
        expect(pieces.length).toBeGreaterThan(2)
        for (const seed of ["one", "two", "three"]) {
            const store = await open()
            const random = seededNumbers(seed)
            const left = [...pieces, ...pieces, pieces[0]]
            while (left.length > 0) {
                const [piece] = left.splice(random(left.length), 1)
                const [result] = ingestAll(store, { kind: "waveform", piece })
                expect(result.outcome).toBe("known")
            }
            expect(store.waveforms(MAINS_ID)).toEqual([
                {
                    id: 1,
                    channelId: MAINS_ID,
                    startedMs: START_MS,
                    cause: 0,
                    sampleNs: 160_000,
                    samples: 200,
                    isComplete: true,
                },
            ])
            expect(store.waveform(1)).toMatchObject({ voltage, current })
        }
    })

    test("have holes while pieces are missing", async () => {
        const store = await open()
        const [first, , ...rest] = makePieces(200)
        for (const piece of [...rest, first]) ingestAll(store, { kind: "waveform", piece })
        const found = store.waveform(1)
        expect(found?.isComplete).toBe(false)
        expect(found?.voltage[first.voltage.length - 1]).toBe(voltage[first.voltage.length - 1])
        expect(found?.voltage[first.voltage.length]).toBeNull()
        expect(found?.current.at(-1)).toBe(current.at(-1))
    })

    test("are told apart by start, channel and boot, but not by a clock that settles", async () => {
        const store = await open()
        const [one, ...others] = makePieces(200)
        const settled = others.map(piece => ({ ...piece, startMs: START_MS + 50 }))
        for (const piece of [
            one,
            ...settled,
            { ...one, startMs: START_MS + 1000 },
            { ...one, bootId: 2 },
            { ...one, channel: 2 },
        ])
            ingestAll(store, { kind: "waveform", piece })
        expect(store.waveforms(MAINS_ID).map(({ isComplete }) => isComplete)).toEqual([
            false,
            false,
            true,
        ])
        expect(store.waveforms(3)).toHaveLength(1)
        expect(store.waveform(99)).toBeUndefined()
    })

    test("of an unknown channel or time are refused", async () => {
        const store = await open()
        const [piece] = makePieces(10)
        for (const change of [{ channel: 9 }, { bootId: 9, isUptime: true }]) {
            const [result] = ingestAll(store, { kind: "waveform", piece: { ...piece, ...change } })
            expect(result.outcome).toBe("refused")
        }
    })
})
