// Runs everything that CI runs, in order, and closes with one line of counts.
import { spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

const bin = name => join("node_modules", ".bin", name)
const outDir = mkdtempSync(join(tmpdir(), "meterbeat-test-"))
const total = { passed: 0, failed: 0, skipped: 0 }

/** What a check ends with when it could not be made. */
const SKIPPED = 77

/** A check passes, fails or is skipped as a whole; its output is shown only when it fails. */
function check(name, command, args) {
    const run = spawnSync(command, args, { encoding: "utf8", maxBuffer: 1 << 28 })
    if (run.status === SKIPPED) {
        total.skipped++
        console.log(`skipped: ${name}: ${run.stdout.trim()}`)
        return ""
    }
    const isPassed = run.status === 0
    total[isPassed ? "passed" : "failed"]++
    console.log(`${isPassed ? "ok" : "FAILED"}  ${name}`)
    if (!isPassed) console.log(`${run.stdout ?? ""}${run.stderr ?? ""}${run.error ?? ""}`)
    return run.stdout ?? ""
}

function vitest() {
    const report = join(outDir, "vitest.json")
    const args = ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`]
    const run = spawnSync(bin("vitest"), args, { stdio: "inherit" })
    try {
        const result = JSON.parse(readFileSync(report, "utf8"))
        total.passed += result.numPassedTests
        total.skipped += result.numPendingTests + result.numTodoTests
        total.failed += result.numFailedTests
        // a file that does not even load counts no failed test
        if (!result.success && result.numFailedTests === 0) total.failed++
        for (const file of result.testResults)
            for (const test of file.assertionResults)
                if (["pending", "skipped"].includes(test.status))
                    console.log(`skipped: ${test.fullName}`)
    } catch {
        total.failed++
    }
    if (run.status !== 0) console.log("FAILED  vitest")
}

function deviceTests() {
    const out = check("the device's own tests on the VM", "node", ["scripts/test-device.mjs"])
    const counts = /(\d+) passed, (\d+) failed/.exec(out)
    // the check itself is counted already
    if (counts?.[2] === "0") total.passed += Number(counts[1]) - 1
}

/** The page's test needs a browser; without one it is reported as skipped. */
function installChromium() {
    const isThere = [
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome",
    ].some(path => existsSync(path))
    const mayInstall = process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")
    if (isThere || !mayInstall) return
    console.log("installing Chromium for the page's test")
    const apt = args => spawnSync("apt-get", args, { stdio: "ignore", timeout: 300_000 }).status
    if (
        apt(["update"]) !== 0 ||
        apt(["install", "-y", "--no-install-recommends", "chromium"]) !== 0
    )
        console.log("Chromium could not be installed")
}

installChromium()
check("format and lint", bin("biome"), ["check", "--error-on-warnings", "."])
check("types", bin("tsc"), ["-p", "."])
check("types of the page", bin("svelte-check"), ["--tsconfig", "web/tsconfig.json"])
check("unused files, exports and dependencies", bin("knip"), [])
check("no secrets in tracked files", bin("tsx"), ["scripts/check-secrets.ts"])
check("no known holes in packages", bin("tsx"), ["scripts/check-packages.ts"])
check("firmware of every board", "node", ["scripts/build-firmware.mjs", "--check"])
console.log(check("firmware, page and image sizes", "npm", ["run", "--silent", "build"]).trim())
deviceTests()
vitest()
rmSync(outDir, { recursive: true, force: true })
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : ""
console.log(`${total.passed} passed, ${total.failed} failed${skipped}`)
process.exitCode = total.failed > 0 ? 1 : 0
