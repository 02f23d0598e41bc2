import { expect, test } from "vitest"
import type { MainsReading } from "../../../server/store/openstrom-store.js"
import type { Store } from "../../../server/store/store.js"
import { openTestStore, START_MS, seededNumbers } from "../helpers.js"
import { makeSlot } from "../mains-helpers.js"

const START_S = START_MS / 1000
const DAY_MS = 86_400_000
const NOW_MS = START_MS + DAY_MS

async function openWithDevice() {
    const store = await openTestStore()
    const id = store.addOpenstromDevice({ serial: "OS-1", name: "Rack", homeId: 1 })
    const channelId = store.foreignDevice(id)?.channelIds[0] ?? 0
    const put = (...readings: MainsReading[]) =>
        store.storeMainsReadings([{ channelId, readings }], NOW_MS)[0]
    return { store, id, channelId, put }
}

function reading(at: number, change: object = {}, seconds = 5): MainsReading {
    return { startS: START_S + at, seconds, slot: makeSlot(change) }
}

function readAll(store: Store, channelId: number) {
    return (["slot", "minute", "quarter", "hour", "day"] as const).map(resolution => [
        store.mainsSeries(channelId, START_MS - DAY_MS, NOW_MS, resolution),
        store.series(channelId, START_MS - DAY_MS, NOW_MS, resolution),
    ])
}

test("a device has ten circuits that measure power, in its home", async () => {
    const { store, id } = await openWithDevice()
    expect(store.homeOfDevice(id)).toBe(1)
    const channels = store.channels().filter(({ deviceId }) => deviceId === id)
    expect(channels).toHaveLength(10)
    expect(channels[9]).toMatchObject({ name: "Circuit 10", kind: 5, perPulse: 0.0001 })
    const again = { serial: "OS-1", name: "Rack", homeId: 1 }
    expect(() => store.addOpenstromDevice(again)).toThrow("already")
})

test("each 5 s is stored once; what came first stays", async () => {
    const { store, channelId, put } = await openWithDevice()
    const none = { stored: 0, known: 0, conflicting: 0, ahead: 0 }
    expect(put(reading(0))).toEqual({ ...none, stored: 1 })
    expect(put(reading(0))).toEqual({ ...none, known: 1 })
    expect(put(reading(0, { energyIn: 1 }))).toEqual({ ...none, conflicting: 1 })
    expect(put(reading(0), reading(5, { energyIn: 0, energyOut: 7 }))).toEqual({
        ...none,
        stored: 1,
        known: 1,
    })
    expect(put(reading(2 * 86_400))).toEqual({ ...none, ahead: 1 })
    // a longer one fills what is free of its time
    expect(put(reading(0, { energyIn: 24 }, 60))).toEqual({ ...none, stored: 1 })
    expect(put(reading(0, { energyIn: 24 }, 60))).toEqual({ ...none, conflicting: 1 })
    const now = store.now(0).find(({ id }) => id === channelId)
    expect(now).toMatchObject({
        totalCount: 31_944 + 20,
        totalOutCount: 7,
        unplacedCount: 0,
        sinceCount: 31_964,
        lastSlotEndMs: START_MS + 60_000,
        mains: makeSlot({ energyIn: 2 }),
    })
})

test("the order of readings leaves no trace", async () => {
    const random = seededNumbers("openstrom")
    const readings = Array.from({ length: 400 }, (_, at) =>
        reading(at * 5, { energyIn: random(9000), energyOut: random(9), currentMa: random(9999) })
    )
    const inOrder = await openWithDevice()
    inOrder.put(...readings)
    const shuffled = await openWithDevice()
    const mixed = [...readings, ...readings.slice(100, 200)]
    for (let at = mixed.length - 1; at > 0; at--) {
        const other = random(at + 1)
        ;[mixed[at], mixed[other]] = [mixed[other], mixed[at]]
    }
    for (let at = 0; at < mixed.length; at += 37) shuffled.put(...mixed.slice(at, at + 37))
    expect(readAll(shuffled.store, shuffled.channelId)).toEqual(
        readAll(inOrder.store, inOrder.channelId)
    )
    const sum = readings.reduce((all, { slot }) => all + slot.energyIn, 0)
    expect(shuffled.store.now(0).find(({ id }) => id === shuffled.channelId)?.totalCount).toBe(sum)
})

test("detail that was deleted is not taken again", async () => {
    const { store, channelId, put } = await openWithDevice()
    put(reading(0), reading(5))
    while (store.removeOldSlots(NOW_MS));
    expect(put(reading(0), reading(5))).toMatchObject({ stored: 0, known: 2 })
    const hour = store.series(channelId, START_MS, START_MS + 3_600_000, "hour")
    expect(hour.counts).toEqual([2 * 31_944])
})

test("relays keep what is wanted and what the device told apart", async () => {
    const { store, id } = await openWithDevice()
    expect(store.relays(id)).toEqual([])
    store.saveWantedRelay(id, 3, true, 1000)
    store.saveToldRelays(id, [{ number: 3, isOn: false }], 2000)
    store.saveToldRelays(id, [{ number: 1, isOn: true }], 3000)
    const toldOnly = { number: 1, isWantedOn: null, wantedMs: null, isOn: true, toldMs: 3000 }
    expect(store.relays(id)).toEqual([
        toldOnly,
        { number: 3, isWantedOn: true, wantedMs: 1000, isOn: false, toldMs: 2000 },
    ])
    store.saveWantedRelay(id, 3, null, 4000)
    expect(store.relays(id)[1]).toMatchObject({ isWantedOn: null, isOn: false })
})
