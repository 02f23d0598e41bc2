import { createHmac } from "node:crypto"
import { expect, test } from "vitest"
import { RETRY_MINUTES, WebhookJob } from "../../../server/webhooks/webhook-job.js"
import { DEVICE_ID, makeTempDir, openTestStore, START_MS } from "../helpers.js"
import { ingestAll, MAINS_HELLO, makeEvent } from "../mains-helpers.js"

const SECRET = "a secret of some length"
const SAG = 10
const SWELL = 11
const MINUTE_MS = 60_000

interface Posted {
    url: string
    body: string
    headers: Record<string, string>
}

/** A store with a webhook for sags, and a job whose receivers answer what the test says. */
async function buildJob(file?: string) {
    const store = await openTestStore(file)
    ingestAll(store, { kind: "hello", hello: MAINS_HELLO })
    const webhook = { homeId: 1, url: "https://example.org/hook", codes: [SAG], secret: SECRET }
    if (store.webhooks(1).length === 0) store.addWebhook(webhook)
    const posted: Posted[] = []
    const world = { nowMs: START_MS, answer: async (_url: string): Promise<number> => 204 }
    const happen = (sequence: number, code = SAG) =>
        ingestAll(store, { kind: "event", event: makeEvent({ sequence, code }) })
    const job = new WebhookJob({
        store,
        clock: () => world.nowMs,
        post: (url, body, headers) => {
            posted.push({ url, body, headers })
            return world.answer(url)
        },
        health: { failed: () => false },
        log: { error: (details: unknown) => expect(details).toBeUndefined() },
    })
    const told = () => posted.map(({ body }) => JSON.parse(body).event.id)
    return { store, world, happen, job, posted, told }
}

test("an event of a wanted kind is told once, signed", async () => {
    const { happen, job, posted, store } = await buildJob()
    happen(0)
    happen(1, SWELL)
    // repeats of what is stored already
    happen(0)
    await job.pass()
    await job.pass()
    expect(posted).toHaveLength(1)
    const [{ url, body, headers }] = posted
    expect(url).toBe("https://example.org/hook")
    expect(JSON.parse(body)).toEqual({
        homeId: 1,
        event: {
            id: 1,
            deviceId: DEVICE_ID,
            channelId: 2,
            kind: "sag",
            beganMs: START_MS,
            durationMs: 60,
            value: 161.05,
            unit: "V",
        },
    })
    const hex = createHmac("sha256", SECRET).update(`${START_MS}.${body}`).digest("hex")
    expect(headers).toEqual({
        "meterbeat-delivery": "1",
        "meterbeat-signature": `t=${START_MS},v1=${hex}`,
    })
    expect(store.webhooks(1)).toMatchObject([{ waiting: 0, deliveredMs: START_MS, failedMs: null }])
})

test("what fails is tried again later and later, in order, and then given up", async () => {
    const { happen, job, told, world, store } = await buildJob()
    world.answer = async () => 500
    happen(0)
    happen(1)
    await job.pass()
    expect(told()).toEqual([1])
    expect(store.webhooks(1)).toMatchObject([{ waiting: 2, failure: "The answer was 500." }])
    for (const [at, minutes] of RETRY_MINUTES.entries()) {
        world.nowMs += minutes * MINUTE_MS - 1
        await job.pass()
        expect(told()).toHaveLength(at + 1)
        world.nowMs += 1
        await job.pass()
        expect(told()).toHaveLength(at + 2)
    }
    expect(store.webhooks(1)).toMatchObject([{ waiting: 0, failedMs: world.nowMs }])
    // the next event starts anew
    world.answer = async () => 200
    happen(2)
    await job.pass()
    expect(told().at(-1)).toBe(3)
})

test("after a failure that passes all that waited is told in order", async () => {
    const { happen, job, told, world, store } = await buildJob()
    world.answer = async () => Promise.reject(new Error("connect ECONNREFUSED"))
    for (const sequence of [0, 1, 2]) happen(sequence)
    await job.pass()
    expect(store.webhooks(1)).toMatchObject([{ failure: "connect ECONNREFUSED" }])
    world.answer = async () => 200
    world.nowMs += MINUTE_MS
    await job.pass()
    expect(told()).toEqual([1, 1, 2, 3])
})

test("one that hangs or fails keeps no other back", async () => {
    const { happen, job, posted, world, store } = await buildJob()
    store.addWebhook({ homeId: 1, url: "https://two.example", codes: [SAG], secret: SECRET })
    let release: (status: number) => void = () => {}
    const hangs = new Promise<number>(resolve => {
        release = resolve
    })
    world.answer = async url => (url === "https://two.example" ? 200 : hangs)
    happen(0)
    happen(1)
    const passed = job.pass()
    while (store.webhooks(1)[1].waiting > 0) await new Promise(setImmediate)
    release(200)
    await passed
    expect(posted).toHaveLength(4)
})

test("what waits outlives the server, and a stop counts as no try", async () => {
    const file = `${makeTempDir()}/meterbeat.db`
    const { happen, job, world, store } = await buildJob(file)
    world.answer = async () => {
        void job.stop()
        throw new Error("aborted")
    }
    happen(0)
    await job.pass()
    expect(store.webhooks(1)).toMatchObject([{ waiting: 1, failure: null }])
    const next = await buildJob(file)
    await next.job.pass()
    expect(next.told()).toEqual([1])
})

test("another home's events, and those of a removed webhook, are not told", async () => {
    const { happen, job, posted, store } = await buildJob()
    const home = store.addHome({ name: "Other", timeZone: "UTC" })
    const url = "https://other.example"
    store.addWebhook({ homeId: home.id, url, codes: [SAG], secret: SECRET })
    happen(0)
    store.removeWebhook(1)
    await job.pass()
    expect(posted).toEqual([])
    expect(store.webhooks(1)).toEqual([])
})
