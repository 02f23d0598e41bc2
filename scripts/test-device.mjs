// Runs test/device/*.ts on the DeviceScript virtual machine; exits non-zero if a test fails.
import { spawnSync } from "node:child_process"
import { readdirSync } from "node:fs"

const FOLDER = "test/device"
const TIMEOUT_MS = 300_000

let passed = 0
let failed = 0
for (const file of readdirSync(FOLDER).filter(name => name.endsWith(".ts"))) {
    const { status, stdout, stderr } = spawnSync(
        "node_modules/.bin/devs",
        ["run", `${FOLDER}/${file}`, "--test", "--test-self-exit", "-T", `${TIMEOUT_MS}`],
        { encoding: "utf8", timeout: TIMEOUT_MS }
    )
    const result = /tests: \d+, pass: (\d+), error: (\d+)/.exec(stdout)
    passed += Number(result?.[1] ?? 0)
    // a run that ended some other way than by its tests has failed as a whole
    const errors = Math.max(Number(result?.[2] ?? 0), status === 0 && result ? 0 : 1)
    failed += errors
    if (errors > 0) console.error(`${FOLDER}/${file}\n${stdout}${stderr}`)
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0
