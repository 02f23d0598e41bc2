// Builds the firmware of every board into built/firmware/<board> and prints each image's size.
import { execFileSync } from "node:child_process"
import { copyFileSync, mkdirSync, readdirSync, statSync } from "node:fs"

const isCheck = process.argv.includes("--check")
const ids = readdirSync("boards").map(file => file.replace(".board.json", ""))
for (const id of ids) {
    const entry = `src/main-${id.replace("meterbeat_", "").replaceAll("_", "-")}.ts`
    const flags = isCheck ? ["-F", "allFunctions"] : []
    execFileSync("node_modules/.bin/devs", ["build", "--quiet", ...flags, entry], {
        stdio: ["ignore", "ignore", "inherit"],
    })
    if (isCheck) continue
    const target = `built/firmware/${id}`
    mkdirSync(target, { recursive: true })
    for (const file of ["bytecode.devs", "bytecode-dbg.json"])
        copyFileSync(`.devicescript/bin/${file}`, `${target}/${file}`)
    console.log(`${id}: ${statSync(`${target}/bytecode.devs`).size} bytes`)
}
