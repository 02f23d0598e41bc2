import { pino } from "pino"
import { expect, test } from "vitest"
import { Ingest, type Sender } from "../../server/ingest.js"
import { LiveHub } from "../../server/live-hub.js"
import type { IngestItem, Store } from "../../server/store/store.js"
import { StoreHealth } from "../../server/store-health.js"
import { HELLO_LOG } from "../../src/wire/head.js"
import { DEVICE_ID, makeHello, makeReport, openTestStore, START_MS } from "./helpers.js"

async function makeIngest(change: Partial<Store> = {}) {
    const store = { ...(await openTestStore()), ...change }
    const acks: [number, (number | "hello")[]][] = []
    const sender: Sender = {
        deviceId: DEVICE_ID,
        acknowledge: (bootId, reports) =>
            acks.push([
                bootId,
                reports.map(({ channel, sequence }) =>
                    channel === HELLO_LOG ? "hello" : sequence
                ),
            ]),
    }
    const log = pino({ level: "silent" })
    const time = { clock: () => START_MS, uptimeMs: () => 0 }
    const health = new StoreHealth({ ...time, log, dataDir: "data" })
    const ingest = new Ingest({ ...time, store, hub: new LiveHub(), health, log })
    ingest.addHello(sender, makeHello())
    return { ingest, sender, acks, store }
}

const nextTurn = () => new Promise(resolve => setImmediate(resolve))

test("stores what came in one turn in one commit, and acknowledges only then", async () => {
    const commits: number[] = []
    const inner = await openTestStore()
    const { ingest, sender, acks } = await makeIngest({
        ingest: (batch: IngestItem[]) => {
            commits.push(batch.length)
            return inner.ingest(batch)
        },
    })
    for (const sequence of [0, 1, 2]) ingest.addReport(sender, makeReport({ sequence }))
    expect([commits, acks]).toEqual([[], []])
    await nextTurn()
    expect([commits, acks]).toEqual([[4], [[1, ["hello", 0, 1, 2]]]])
})

test("acknowledges a repeat again, because its first ack may have been lost", async () => {
    const { ingest, sender, acks } = await makeIngest()
    ingest.addReport(sender, makeReport())
    ingest.flush()
    ingest.addReport(sender, makeReport())
    ingest.flush()
    expect(acks).toEqual([
        [1, ["hello", 0]],
        [1, [0]],
    ])
})

test("acknowledges a page by its number, also when it drops some of its channels", async () => {
    const { ingest, sender, acks, store } = await makeIngest()
    const counted = { isPoor: false, countSinceBoot: 9, energyOutSinceBoot: undefined, cells: [9] }
    ingest.addPage(sender, {
        bootId: 1,
        sequence: 12,
        startMs: START_MS,
        isUptime: false,
        firstSlot: 0,
        span: 60,
        firstSpan: 60,
        channels: [
            { channel: 0, ...counted },
            { channel: 7, ...counted },
        ],
    })
    ingest.flush()
    expect(acks).toEqual([[1, ["hello", 12]]])
    expect(store.now(0)[0].totalCount).toBe(9)
})

test("acknowledges each boot apart", async () => {
    const { ingest, sender, acks } = await makeIngest()
    ingest.addReport(sender, makeReport({ bootId: 7, sequence: 4 }))
    ingest.flush()
    expect(acks).toEqual([
        [1, ["hello"]],
        [7, [4]],
    ])
})

test("a report that the store cannot take holds back no other", async () => {
    const inner = await openTestStore()
    const { ingest, sender, acks } = await makeIngest({
        ingest: (batch: IngestItem[]) => {
            if (batch.some(item => item.kind === "report" && item.report.sequence === 13))
                throw new Error("no")
            return inner.ingest(batch)
        },
    })
    for (const sequence of [12, 13, 14]) ingest.addReport(sender, makeReport({ sequence }))
    ingest.flush()
    expect(acks).toEqual([[1, ["hello", 12, 14]]])
    expect(inner.now(0)[0].totalCount).toBe(20)
})

test("a store that fails altogether gets no acknowledgement out", async () => {
    const { ingest, sender, acks } = await makeIngest({
        ingest: () => {
            throw new Error("disk full")
        },
    })
    ingest.addReport(sender, makeReport())
    ingest.flush()
    expect(acks).toEqual([])
})
