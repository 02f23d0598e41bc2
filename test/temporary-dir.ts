import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { onTestFinished } from "vitest"

/** An empty folder that goes away with the test. */
export function temporaryDir(): string {
    const dir = mkdtempSync(join(tmpdir(), "meterbeat-test-"))
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
    return dir
}
