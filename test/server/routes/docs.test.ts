import { expect, test } from "vitest"
import { startServer } from "../../../server/main.js"
import { chromiumPath, launchChromium } from "../../e2e/chromium.js"
import { temporaryDir } from "../../temporary-dir.js"

test.skipIf(!chromiumPath)(
    "the API's page shows its routes (skipped without Chromium)",
    async () => {
        const dataDir = temporaryDir()
        const server = await startServer({ host: "127.0.0.1", port: 0, dataDir, readOnly: false })
        const browser = await launchChromium()
        try {
            const page = await browser.newPage()
            await page.goto(`${server.url}/api/v1/docs`)
            await page
                .getByText("/api/v1/channels/{id}/series")
                .first()
                .waitFor({ timeout: 15_000 })
            expect(page.url()).toBe(`${server.url}/api/v1/docs/`)
        } finally {
            await browser.close()
            await server.close()
        }
    }
)
