import { expect, test } from "vitest"
import type { Store } from "../../../server/store/store.js"
import { KIND_LIGHT, KIND_MAINS, standardChannel } from "../../../src/wire/channels.js"
import { DEVICE_ID, makeHello, makeReport, openTestStore, START_MS } from "../helpers.js"
import { ingestAll, MAINS_ID, makeMains, makeSlot, sayHello } from "../mains-helpers.js"

const MAINS_NUMBER = 1

function wantMains(store: Store): void {
    const change = { phases: 1 as const, labels: [], clampSensors: [] }
    const channels = [standardChannel(KIND_LIGHT, 1), standardChannel(KIND_MAINS, 2)]
    expect(store.changeSettings(DEVICE_ID, 0, { ...change, channels })).toBe(1)
}

/** The device lost its flash: it says hello with what is built in. */
function forgetSettings(store: Store): void {
    ingestAll(store, { kind: "hello", hello: makeHello({ bootId: 2, kinds: [0, 0] }) })
    store.saveVersionInForce(DEVICE_ID, 0, START_MS)
}

test("takes on and puts off its constant when its kind changes", async () => {
    const store = await openTestStore()
    sayHello(store)
    store.updateChannel(1, { type: "gas", perPulse: 10 })
    const hello = { bootId: 1, uptimeMs: 0, board: "b", kinds: [4, 1] }
    ingestAll(store, { kind: "hello", hello })
    expect(store.channels().map(({ type, perPulse }) => [type, perPulse])).toEqual([
        ["electricity", 0.0001],
        ["electricity", 1],
        ["electricity", 0.0001],
    ])
})

test("a device that lost its settings does not weigh a mains channel's history anew", async () => {
    const store = await openTestStore()
    sayHello(store)
    wantMains(store)
    ingestAll(store, { kind: "mains", report: makeMains({ slots: [makeSlot()] }) })
    const before = store.now(0)[1]
    expect(before).toMatchObject({ kind: KIND_MAINS, perPulse: 0.0001, totalCount: 31_944 })
    forgetSettings(store)
    const report = makeReport({ channel: MAINS_NUMBER, bootId: 2 })
    expect(ingestAll(store, { kind: "report", report })).toEqual([
        { outcome: "dropped", reason: "channel 1 now measures mains power" },
    ])
    expect(store.now(0)[1]).toEqual(before)
    const answer = { bootId: 2, triedVersion: 1, versionInForce: 1, reason: undefined }
    store.saveSettingsAnswer(DEVICE_ID, answer, START_MS)
    expect(store.now(0)[1]).toEqual(before)
    expect(store.slots(MAINS_ID, START_MS, START_MS + 60_000)).toHaveLength(1)
})

test("a hello in the same turn as the first report does not either", async () => {
    const store = await openTestStore()
    sayHello(store)
    const hello = makeHello({ bootId: 2, kinds: [0, 0] })
    ingestAll(store, { kind: "mains", report: makeMains() }, { kind: "hello", hello })
    expect(store.channel(MAINS_ID)).toMatchObject({ kind: KIND_MAINS, perPulse: 0.0001 })
})

test("a report counts by the hello before it, also in the same turn", async () => {
    const store = await openTestStore()
    sayHello(store)
    const hello = makeHello({ bootId: 2, kinds: [4, 4] })
    const report = makeMains({ channel: 0, bootId: 2 })
    const results = ingestAll(
        store,
        { kind: "mains", report },
        { kind: "hello", hello },
        { kind: "mains", report }
    )
    expect(results.map(({ outcome }) => outcome)).toEqual(["dropped", "known", "stored"])
})

test.each([
    [
        "its answer",
        (store: Store) => {
            const answer = { bootId: 2, triedVersion: 1, versionInForce: 1, reason: undefined }
            store.saveSettingsAnswer(DEVICE_ID, answer, START_MS)
        },
    ],
    ["its next hello", (store: Store) => store.saveVersionInForce(DEVICE_ID, 1, START_MS)],
])(
    "a channel without history is whatever the device has, and mains again by %s",
    async (_name, tell) => {
        const store = await openTestStore()
        sayHello(store)
        wantMains(store)
        forgetSettings(store)
        expect(store.channel(MAINS_ID)).toMatchObject({ kind: KIND_LIGHT, perPulse: 1 })
        tell(store)
        expect(store.channel(MAINS_ID)).toMatchObject({
            kind: KIND_MAINS,
            type: "electricity",
            perPulse: 0.0001,
        })
    }
)
