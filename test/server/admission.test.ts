import { expect, onTestFinished, test } from "vitest"
import { Admission } from "../../server/transports/admission.js"
import { connectLink, openSocket } from "../../sim/link-client.js"
import { buildTestApp, DEVICE_ID, DEVICE_KEY, listen } from "./helpers.js"

/** Whose turn comes when, in steps of 10 ms, with `clock` for the time. */
function runQueue(count: number, clock: (ms: number) => number): number[] {
    const admission = new Admission<number>()
    const admittedMs: number[] = []
    for (let i = 0; i < count; i++) admission.offer(i)
    for (let ms = 0; admission.nextInMs !== undefined; ms += 10)
        for (const one of admission.due(clock(ms))) admittedMs[one] = ms
    return admittedMs
}

test("a thousand devices are let in within ten seconds, in order, a hundred a second after the first", () => {
    const admittedMs = runQueue(1000, ms => ms)
    expect(admittedMs).toHaveLength(1000)
    expect(admittedMs.toSorted((a, b) => a - b)).toEqual(admittedMs)
    expect(admittedMs.filter(ms => ms === 0)).toHaveLength(100)
    for (let ms = 10; ms < 8000; ms += 1000)
        expect(admittedMs.filter(at => at >= ms && at < ms + 1000)).toHaveLength(100)
    expect(admittedMs[999]).toBeLessThanOrEqual(10_000)
})

test("says when the next turn comes", () => {
    const admission = new Admission<number>()
    expect(admission.nextInMs).toBeUndefined()
    for (let i = 0; i < 102; i++) admission.offer(i)
    expect(admission.nextInMs).toBe(0)
    expect(admission.due(5000)).toHaveLength(100)
    expect(admission.nextInMs).toBe(10)
    expect(admission.due(5009)).toEqual([])
    expect(admission.due(5010)).toEqual([100])
    // a pause fills up to the first hundred again, not more
    for (let i = 200; i < 500; i++) admission.offer(i)
    expect(admission.due(1_000_000)).toHaveLength(100)
})

test("refuses only beyond what it can serve before a device gives up", () => {
    const admission = new Admission<number>()
    const offered = Array.from({ length: 2600 }, (_, i) => admission.offer(i))
    expect(offered.lastIndexOf(true)).toBe(2499)
    admission.remove(7)
    expect(admission.offer(9999)).toBe(true)
    const first = admission.due(0)
    expect(first).not.toContain(7)
    expect(first.slice(0, 8)).toEqual([0, 1, 2, 3, 4, 5, 6, 8])
    expect(admission.clear()).toHaveLength(2400)
    expect(admission.nextInMs).toBeUndefined()
})

test("a device whose turn has not come waits and is then served; one that leaves gives its turn up", async () => {
    const { app, time } = await buildTestApp()
    const url = await listen(app)
    const address = { url, deviceId: DEVICE_ID, key: DEVICE_KEY }
    const sockets = Array.from({ length: 100 }, () =>
        openSocket(address, `devs-key-${"ab".repeat(16)}`)
    )
    for (const socket of sockets) {
        socket.on("error", () => undefined)
        onTestFinished(() => socket.terminate())
    }
    await Promise.all(sockets.map(socket => new Promise(resolve => socket.once("open", resolve))))
    // the clock stands still, so these wait
    const impatient = openSocket(address, `devs-key-${"cd".repeat(16)}`)
    impatient.on("error", () => undefined)
    let hasLink = false
    const patient = connectLink(address).then(link => {
        hasLink = true
        onTestFinished(() => link.close())
        return link
    })
    const health = () => fetch(`${url}/api/v1/health`).then(reply => reply.status)
    for (let i = 0; i < 5; i++) expect(await health()).toBe(200)
    expect(hasLink).toBe(false)
    const hasLeft = new Promise(resolve => impatient.once("close", resolve))
    impatient.terminate()
    await hasLeft
    for (let i = 0; i < 5; i++) expect(await health()).toBe(200)
    // room for one: that who left does not take it
    time.uptimeMs += 10
    const link = await patient
    link.sendPing()
    expect(await link.pong()).toBe(true)
})

test("whoever waits is sent away when the server stops", async () => {
    const { app } = await buildTestApp()
    const url = await listen(app)
    const protocol = `devs-key-${"ab".repeat(16)}`
    const sockets = Array.from({ length: 101 }, () =>
        openSocket({ url, deviceId: DEVICE_ID }, protocol)
    )
    const ends = sockets.map(
        socket =>
            new Promise<number>(resolve => {
                socket.on("unexpected-response", (_request, response) => {
                    expect(response.headers["retry-after"]).toBe("30")
                    resolve(response.statusCode ?? 0)
                    socket.terminate()
                })
                socket.on("error", () => undefined)
                socket.on("close", () => resolve(0))
            })
    )
    const open = sockets.map(socket => new Promise<void>(resolve => socket.once("open", resolve)))
    let opened = 0
    for (const each of open) void each.then(() => opened++)
    await expect.poll(() => opened).toBe(100)
    await expect.poll(() => fetch(`${url}/api/v1/health`).then(({ status }) => status)).toBe(200)
    await app.close()
    expect((await Promise.all(ends)).filter(status => status === 503)).toHaveLength(1)
})
