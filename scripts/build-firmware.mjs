// Builds the firmware of every board into built/firmware/<board> and prints each image's size.
// --check only compiles it, with every function; --diagnostics builds test/diagnostics instead.
import { execFileSync } from "node:child_process"
import { copyFileSync, mkdirSync, readdirSync, statSync } from "node:fs"

const isCheck = process.argv.includes("--check")

function build(entry, target) {
    const flags = isCheck ? ["-F", "allFunctions"] : []
    execFileSync("node_modules/.bin/devs", ["build", "--quiet", ...flags, entry], {
        stdio: ["ignore", "ignore", "inherit"],
    })
    if (isCheck) return
    mkdirSync(target, { recursive: true })
    for (const file of ["bytecode.devs", "bytecode-dbg.json"])
        copyFileSync(`.devicescript/bin/${file}`, `${target}/${file}`)
    console.log(`${target}: ${statSync(`${target}/bytecode.devs`).size} bytes`)
}

if (process.argv.includes("--diagnostics")) {
    for (const name of ["ballast", "heap-probe"])
        build(`test/diagnostics/main-${name}.ts`, `built/diagnostics/${name}`)
} else {
    for (const file of readdirSync("boards")) {
        const board = file.replace(".board.json", "")
        const entry = `src/main-${board.replace("meterbeat_", "").replaceAll("_", "-")}.ts`
        build(entry, `built/firmware/${board}`)
    }
}
