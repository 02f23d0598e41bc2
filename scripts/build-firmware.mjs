// Builds the firmware of every board into built/firmware/<board> and prints each image's size.
// --check only compiles the pure folders, with every function; --diagnostics builds test/diagnostics instead.
import { execFileSync } from "node:child_process"
import { copyFileSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs"

/** The runtime refuses an image of more than 64 kB of functions, so all of it at once would not do. */
const CHECKED_FOLDERS = ["wire", "measure", "outbox"]
const CHECK_DIR = "built/check"

function compile(entry, flags = []) {
    execFileSync("node_modules/.bin/devs", ["build", "--quiet", ...flags, entry], {
        stdio: ["ignore", "ignore", "inherit"],
    })
}

function build(entry, target) {
    compile(entry)
    mkdirSync(target, { recursive: true })
    for (const file of ["bytecode.devs", "bytecode-dbg.json"])
        copyFileSync(`.devicescript/bin/${file}`, `${target}/${file}`)
    console.log(`${target}: ${statSync(`${target}/bytecode.devs`).size} bytes`)
}

/** Unused functions are not compiled otherwise, so mistakes in them would hide. */
function check(folder) {
    const entry = `${CHECK_DIR}/main-${folder}.ts`
    const files = readdirSync(`src/${folder}`)
    const imports = files.map(
        file => `import "../../src/${folder}/${file.replace(".ts", ".js")}"\n`
    )
    mkdirSync(CHECK_DIR, { recursive: true })
    writeFileSync(entry, imports.join(""))
    compile(entry, ["-F", "allFunctions"])
}

if (process.argv.includes("--check")) {
    for (const folder of CHECKED_FOLDERS) check(folder)
} else if (process.argv.includes("--diagnostics")) {
    for (const name of ["ballast", "heap-probe"])
        build(`test/diagnostics/main-${name}.ts`, `built/diagnostics/${name}`)
} else {
    for (const file of readdirSync("boards")) {
        const board = file.replace(".board.json", "")
        const entry = `src/main-${board.replace("meterbeat_", "").replaceAll("_", "-")}.ts`
        build(entry, `built/firmware/${board}`)
    }
}
