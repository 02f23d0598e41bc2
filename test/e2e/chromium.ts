import { existsSync } from "node:fs"
import { type Browser, chromium } from "playwright-core"

const PATHS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]

/** The browser installed on this machine; undefined when there is none. */
export const chromiumPath = PATHS.find(path => existsSync(path))

export function launchChromium(): Promise<Browser> {
    return chromium.launch({
        executablePath: chromiumPath,
        args: [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    })
}
