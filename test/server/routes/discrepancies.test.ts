import { expect, test } from "vitest"
import { makeHello, nthReport, START_MS } from "../helpers.js"
import { ingestAll } from "../mains-helpers.js"
import { buildSignedInApp } from "./sign-in.js"

test("tells which reports a channel lacks, and the boots there were", async () => {
    const { send, store } = await buildSignedInApp()
    ingestAll(store, { kind: "hello", hello: makeHello() })
    for (const at of [0, 2])
        ingestAll(store, {
            kind: "report",
            report: nthReport(at, { startMs: START_MS + at * 50_000 }),
        })
    const reply = await send("GET", "/channels/1/discrepancies")
    expect(reply.json()).toEqual({
        totalCount: 60,
        placedCount: 40,
        discrepancies: [
            {
                reason: "missing_report",
                bootId: 1,
                firstSlot: 10,
                endSlot: 20,
                fromMs: START_MS + 50_000,
                toMs: START_MS + 100_000,
                count: 20,
            },
        ],
        boots: [
            {
                bootId: 1,
                bootedMs: START_MS + 3_600_000,
                fromMs: START_MS,
                toMs: START_MS + 150_000,
                countSinceBoot: 60,
                placedCount: 40,
            },
        ],
        olderBoots: 0,
    })
    const unknown = await send("GET", "/channels/9/discrepancies")
    expect([unknown.statusCode, unknown.json().error.code]).toEqual([404, "not_found"])
})
