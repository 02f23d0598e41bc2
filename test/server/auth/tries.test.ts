import { expect, test } from "vitest"
import { Tries } from "../../../server/auth/tries.js"

/** Tries on a clock that goes on only by waiting. */
function start() {
    const time = { nowMs: 0 }
    const wait = async (ms: number) => {
        time.nowMs += ms
    }
    const tries = new Tries({ uptimeMs: () => time.nowMs, wait })
    const timed = async (work: () => Promise<void>) => {
        const startMs = time.nowMs
        await work()
        return time.nowMs - startMs
    }
    return { time, tries, timed }
}

/** One in which no time goes by; `waits` is what it was told to wait, ms. */
function startStopped() {
    const waits: number[] = []
    const wait = (ms: number) => {
        waits.push(ms)
        return new Promise<void>(() => undefined)
    }
    return { tries: new Tries({ uptimeMs: () => 0, wait }), waits }
}

test("every wrong try in a row waits longer, the hundredth a hundred times as long", async () => {
    const { tries, timed } = start()
    const delays: number[] = []
    for (let nth = 1; nth <= 300; nth++) delays.push(await timed(() => tries.failedTry("10.0.0.1")))
    expect([delays[0], delays[1], delays[9], delays[99]]).toEqual([50, 100, 500, 5000])
    expect(delays[299]).toBe(10_000)
    expect(await timed(() => tries.failedTry("10.0.0.2"))).toBe(50)
    expect(await timed(() => tries.checkTry("10.0.0.3", "a password"))).toBe(0)
})

test("a minute without a wrong try makes up for one", async () => {
    const { tries, time, timed } = start()
    for (let nth = 1; nth <= 20; nth++) await tries.failedTry("10.0.0.1")
    time.nowMs += 10 * 60_000
    expect(await timed(() => tries.failedTry("10.0.0.1"))).toBe(50 * 11)
    time.nowMs += 86_400_000
    expect(await timed(() => tries.failedTry("10.0.0.1"))).toBe(50)
})

test("tries at once wait in a row, and too many of them are refused unread", async () => {
    const { tries, waits } = startStopped()
    await tries.checkTry("10.0.0.1", "a password")
    for (let nth = 0; nth < 8; nth++) void tries.checkTry("10.0.0.1", "a password")
    expect(waits).toEqual([50, 100, 150, 200, 250, 300, 350, 400])
    await expect(tries.checkTry("10.0.0.1", "a password")).rejects.toMatchObject({
        code: "rate_limited",
    })
    await expect(tries.failedTry("10.0.0.1")).rejects.toMatchObject({ code: "rate_limited" })
    await tries.checkTry("10.0.0.2", "a password")
    expect(waits).toHaveLength(8)
})

test("what is refused for being one too many adds nothing to the wait", async () => {
    const { tries, waits } = startStopped()
    for (let nth = 0; nth < 8; nth++) void tries.failedTry("10.0.0.1")
    for (let nth = 0; nth < 1000; nth++)
        await expect(tries.failedTry("10.0.0.1")).rejects.toThrow("Too many")
    expect(waits).toEqual([50, 150, 300, 500, 750, 1050, 1400, 1800])
})

test.each([
    ["2001:db8:1:2::5", "2001:db8:1:2:ffff::9", true],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::", true],
    ["2001:db8::1", "2001:db8:0:0:1::", true],
    ["2001:db8:1:2::5", "2001:db8:1:3::5", false],
    ["::ffff:10.0.0.1", "10.0.0.1", true],
    ["::ffff:10.0.0.1", "::ffff:10.0.0.2", false],
    ["::1", "2001:db8::1", false],
])("%s and %s are of one network: %s", async (one, other, isSame) => {
    const { tries, timed } = start()
    await tries.failedTry(one)
    expect(await timed(() => tries.failedTry(other))).toBe(isSame ? 100 : 50)
})

test("remembers no more addresses than it has room for", async () => {
    const { tries, timed } = start()
    await tries.failedTry("10.0.0.1")
    for (let nth = 0; nth < 5000; nth++)
        await tries.failedTry(`10.1.${Math.floor(nth / 250)}.${nth % 250}`)
    expect(await timed(() => tries.failedTry("10.0.0.1"))).toBe(50)
})
