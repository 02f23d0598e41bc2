import { join } from "node:path"
import type { Page } from "playwright-core"
import { describe, expect, test } from "vitest"
import { Random } from "../../sim/random.js"
import { loadScenario } from "../../sim/scenario.js"
import { openSource } from "../../sim/sources/source.js"
import { temporaryDir } from "../temporary-dir.js"
import { chromiumPath, launchChromium } from "./chromium.js"
import { runStart } from "./running-start.js"

const OWN_PASSWORD = "a password of my own"
const MINUTE_MS = 60_000

interface Series {
    startMs: number[]
    values: (number | null)[]
}

describe.skipIf(!chromiumPath)("the demo home in a browser (skipped without Chromium)", () => {
    test("shows within a minute what the simulator knows to be true, and goes on after a stop", {
        timeout: 240_000,
    }, async () => {
        const dataDir = join(temporaryDir(), "data")
        const first = await runStart(dataDir)
        const readyMs = Date.now()
        const browser = await launchChromium()
        try {
            const page = await browser.newPage()
            await signInFirst(page, first.url, first.password ?? "")
            await untilDrawn(page, "data-points", 1, MINUTE_MS)
            expect(Date.now() - readyMs).toBeLessThan(MINUTE_MS)
            await page.getByTestId("power-now").first().waitFor()

            // the second report brings ten slots more; a quarter of an hour is drawn slot by slot
            await page.getByRole("button", { name: "15 min" }).click()
            await untilDrawn(page, "data-live-points", 3, MINUTE_MS)
            await untilDrawn(page, "data-points", 11, 2 * MINUTE_MS)
            const nowMs = Date.now()
            const drawn = await storedSlots(
                page,
                first.url,
                nowMs - 15 * MINUTE_MS,
                nowMs + MINUTE_MS
            )
            const truth = truthOf(first.startedMs)
            const fromMs = drawn.startMs[0]
            const toMs = fromMs + drawn.startMs.length * 5000
            // a flash that ends in a slot may have begun up to 150 ms (a flash and a window) before
            const [least, most] = truth(fromMs, toMs)
            const counted = drawn.values.reduce<number>((sum, each) => sum + (each ?? 0), 0)
            expect(counted).toBeGreaterThanOrEqual(least)
            expect(counted).toBeLessThanOrEqual(most)
            expect(counted).toBeGreaterThan(0)

            await first.stop()
            expect(first.output()).toMatch(/Electricity: \d+ pulses were simulated/)

            const second = await runStart(dataDir)
            expect(second.password).toBeUndefined()
            // the session outlives the server
            await page.goto(second.url)
            await page.getByTestId("power-now").first().waitFor()
            const kept = await storedSlots(page, second.url, fromMs, toMs)
            expect(kept.values).toEqual(drawn.values)
            await second.stop()
            expect(second.output()).toMatch(/Electricity: \d+ pulses were simulated/)
        } finally {
            await browser.close()
        }
    })
})

async function signInFirst(page: Page, url: string, password: string): Promise<void> {
    await page.goto(url)
    await page.locator("#password").fill(password)
    await page.getByRole("button", { name: "Sign in" }).click()
    await page.locator("#new-password").fill(OWN_PASSWORD)
    await page.getByRole("button", { name: "Save password" }).click()
    await page.getByTestId("chart").waitFor()
}

/** Waits until an attribute in which the chart tells what it shows has reached a number. */
async function untilDrawn(page: Page, name: string, least: number, timeout: number): Promise<void> {
    const shown = async () => Number(await page.getByTestId("chart").getAttribute(name))
    await expect.poll(shown, { timeout, interval: 500 }).toBeGreaterThanOrEqual(least)
}

/** Counts of the first channel's slots, from the first stored to the last. */
async function storedSlots(page: Page, url: string, fromMs: number, toMs: number): Promise<Series> {
    const path = "/api/v1/channels/1/series?resolution=slot&unit=count"
    const reply = await page.request.get(`${url}${path}&fromMs=${fromMs}&toMs=${toMs}`)
    const all = (await reply.json()) as Series
    const isStored = all.values.map(each => each !== null)
    const from = isStored.indexOf(true)
    const to = isStored.lastIndexOf(true) + 1
    return { startMs: all.startMs.slice(from, to), values: all.values.slice(from, to) }
}

/** The source of the demo home's first channel, made once more: least and most true pulses in a span. */
function truthOf(startedMs: number): (fromMs: number, toMs: number) => [number, number] {
    const scenario = loadScenario("scenarios/demo-home.json")
    const [device] = scenario.devices
    const spec = device.channels[0].source
    if (spec.type === "mains") throw new Error("the demo home's first channel counts flashes")
    const source = openSource(spec, {
        kind: "light",
        durationMs: Number.POSITIVE_INFINITY,
        baseDir: ".",
        random: new Random(scenario.seed).fork(device.name).fork("channel 0"),
        startUnixMs: startedMs,
    })
    const count = (fromMs: number, toMs: number) =>
        source.countBetween(Math.max(0, fromMs - startedMs), toMs - startedMs) ?? 0
    const clockErrorMs = 200
    return (fromMs, toMs) => [
        count(fromMs + clockErrorMs, toMs - clockErrorMs - 150),
        count(fromMs - clockErrorMs - 150, toMs + clockErrorMs),
    ]
}
