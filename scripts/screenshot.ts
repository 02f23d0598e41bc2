// Makes docs/dashboard.png: half a day of the demo home, then the page that shows it, in Chromium.
import { randomBytes } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { withVirtualWorld } from "../cli/virtual-world.js"
import { startServer } from "../server/main.js"
import { loadScenario } from "../sim/scenario.js"
import { launchChromium } from "../test/e2e/chromium.js"

const DURATION_S = 12 * 3600
/** What the run itself takes on an ordinary machine, so that it ends about now. */
const HEAD_START_S = 90

const dataDir = mkdtempSync(join(tmpdir(), "meterbeat-screenshot-"))
const scenario = loadScenario("scenarios/demo-home.json")
scenario.startTime = new Date(Date.now() - (DURATION_S - HEAD_START_S) * 1000).toISOString()
await withVirtualWorld(scenario, { dataDir }, async ({ world, view }) => {
    await world.runTo(DURATION_S * 1000)
    for (const { registration } of world.devices) await view.describeChannels(registration)
})

const server = await startServer({ host: "127.0.0.1", port: 0, dataDir, readOnly: false })
const browser = await launchChromium()
const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
await page.goto(server.url)
await page.locator("#password").fill(server.firstRunPassword ?? "")
await page.getByRole("button", { name: "Sign in" }).click()
await page.locator("#new-password").fill(randomBytes(12).toString("hex"))
await page.getByRole("button", { name: "Save password" }).click()
await page.getByRole("button", { name: "6 h", exact: true }).click()
await page.locator('[data-testid="chart"][aria-busy="false"]').waitFor()
await page.mouse.move(5, 5)
await page.screenshot({ path: "docs/dashboard.png" })
await browser.close()
await server.close()
rmSync(dataDir, { recursive: true })
