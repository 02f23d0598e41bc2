import { expect, test } from "vitest"
import type { Tariff } from "../../../server/tariffs/tariff.js"
import { openTestStore, START_MS } from "../helpers.js"
import { ingestAll, MAINS_HELLO, makeEvent } from "../mains-helpers.js"

const TARIFF = {
    homeId: 1,
    name: "Tariff",
    type: "electricity",
    direction: "in",
    currency: "EUR",
    unit: "kWh",
    holidays: ["2026-05-01"],
    versions: [{ validFrom: "2026-01-01", basePrice: 0.25, periods: [] }],
} satisfies Omit<Tariff, "id">

/** A home with all that this file is about, and something that waits for a webhook. */
async function openHome() {
    const store = await openTestStore()
    ingestAll(store, { kind: "hello", hello: MAINS_HELLO })
    store.addTariff(structuredClone(TARIFF))
    store.saveGasValues(1, [{ validFrom: "2026-01-01", calorificKwhPerM3: 11, correction: 1 }])
    store.addMeterReading(1, { reading: 5, readMs: START_MS, user: "ann" })
    const secret = "a secret of some length"
    store.addWebhook({ homeId: 1, url: "https://example.org", codes: [10], secret })
    ingestAll(store, { kind: "event", event: makeEvent() })
    return store
}

test("tariffs and gas values come back as they were saved", async () => {
    const store = await openHome()
    expect(store.tariffs(1)).toEqual([{ ...TARIFF, id: 1 }])
    expect(store.tariffs(2)).toEqual([])
    expect(store.gasValues(1)).toEqual([
        { validFrom: "2026-01-01", calorificKwhPerM3: 11, correction: 1 },
    ])
    expect(store.webhooks(1)).toMatchObject([{ codes: [10], waiting: 1 }])
})

test("an erased home takes all of it along, and an erased device what is of it", async () => {
    const store = await openHome()
    store.eraseHome(1)
    expect([store.tariffs(1), store.gasValues(1), store.webhooks(1)]).toEqual([[], [], []])
    const other = await openHome()
    for (const { id } of other.listDevices()) other.eraseDevice(id)
    expect(other.meterReadings(1)).toEqual([])
    expect(other.webhooks(1)).toMatchObject([{ waiting: 0 }])
    expect(other.tariffs(1)).toHaveLength(1)
})

test("an export of a home has all of it, and no secret", async () => {
    const store = await openHome()
    const rows = [...store.exportRows("homes", 1)]
    const tables = new Set(rows.map(({ table }) => table))
    for (const table of ["tariffs", "gas_values", "meter_readings", "webhooks", "webhook_codes"])
        expect(tables).toContain(table)
    expect(rows.flatMap(({ row }) => Object.keys(row))).not.toContain("sealed_secret")
})

test("an erased user is named in no meter reading", async () => {
    const store = await openHome()
    store.addMeterReading(1, { reading: 6, readMs: START_MS, user: "bob" })
    store.undoMeterReading(2, START_MS, "ann")
    store.eraseUser("ann")
    expect(store.meterReadings(1)).toMatchObject([
        { user: "bob", undoneBy: "somebody" },
        { user: "somebody", undoneBy: null },
    ])
})
