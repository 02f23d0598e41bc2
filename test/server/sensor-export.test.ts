import { expect, test } from "vitest"
import { type ExportQuery, exportText } from "../../server/sensor-export.js"
import { openTestStore, START_MS } from "./helpers.js"
import { ingestSlots, knownCount, sumOfSlots } from "./known-days.js"

const SLOTS = 3 * 720
const SHOWN = { unit: "count", counting: { flow: "net", isPulses: true } } as const

async function storeWithSlots() {
    const store = await openTestStore()
    ingestSlots(store, START_MS, SLOTS, knownCount)
    const channels = { type: "electricity", isEnabled: true, channelIds: [1] } as const
    const sensor = store.addSensor({ name: "meter", ...channels, channelIds: [1] })
    let reads = 0
    const counted = {
        ...store,
        series: (...range: Parameters<typeof store.series>) => {
            reads++
            return store.series(...range)
        },
    }
    const query: ExportQuery = {
        fromMs: START_MS,
        toMs: START_MS + SLOTS * 5000,
        resolution: "slot",
        timeZone: "UTC",
        format: "csv",
    }
    const textOf = (change: Partial<ExportQuery>) =>
        exportText(counted, sensor, SHOWN, { ...query, ...change })
    return { textOf, reads: () => reads }
}

test("CSV has every slot once, over the ends of chunks too", async () => {
    const { textOf } = await storeWithSlots()
    const [header, ...rows] = [...textOf({})].join("").trimEnd().split("\n")
    expect(header).toBe("startMs,start,count")
    expect(rows).toHaveLength(SLOTS)
    expect(rows[0]).toBe(`${START_MS},2026-03-03T10:00:00.000Z,0`)
    for (const [slot, row] of rows.entries()) {
        const [startMs, , count] = row.split(",").map(Number)
        expect([startMs, count]).toEqual([START_MS + slot * 5000, knownCount(slot)])
    }
})

test("JSON Lines says the same, and null where nothing was measured", async () => {
    const { textOf } = await storeWithSlots()
    const lines = [
        ...textOf({ format: "jsonl", toMs: START_MS + 4 * 3_600_000, resolution: "hour" }),
    ]
    const rows = lines
        .join("")
        .trimEnd()
        .split("\n")
        .map(line => JSON.parse(line))
    expect(rows).toEqual(
        [0, 1, 2, 3].map(hour => ({
            startMs: START_MS + hour * 3_600_000,
            start: new Date(START_MS + hour * 3_600_000).toISOString(),
            count: hour < 3 ? sumOfSlots(hour * 720, (hour + 1) * 720) : null,
        }))
    )
})

test("local days of several years follow each other", async () => {
    const { textOf } = await storeWithSlots()
    const toMs = Date.UTC(2028, 2, 3)
    const days = { resolution: "local-day", timeZone: "Europe/Paris", toMs } as const
    const rows = [...textOf(days)].join("").trimEnd().split("\n").slice(1)
    const dates = rows.map(row => {
        const localMs = Number(row.split(",")[0]) + 2 * 3_600_000
        return new Date(localMs).toISOString().slice(0, 10)
    })
    expect(dates[0]).toBe("2026-03-03")
    expect(dates.at(-1)).toBe("2028-03-03")
    expect(new Set(dates).size).toBe(dates.length)
    expect(dates).toHaveLength(732)
})

test("nothing is read before it is asked for", async () => {
    const { textOf, reads } = await storeWithSlots()
    const chunks = textOf({ toMs: START_MS + 365 * 86_400_000 })
    expect(reads()).toBe(0)
    chunks.next()
    chunks.next()
    expect(reads()).toBe(1)
    chunks.next()
    expect(reads()).toBe(2)
})
