import { existsSync, readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { join } from "node:path"

const BUILT_DIR = fileURLToPath(new URL("../built/firmware", import.meta.url))

/** Bytecode of a board's built firmware. Throws an Error with one sentence when there is none. */
export function firmwareImage(board: string): Buffer {
    const path = join(BUILT_DIR, board, "bytecode.devs")
    if (existsSync(path)) return readFileSync(path)
    const built = existsSync(BUILT_DIR) ? readdirSync(BUILT_DIR) : []
    if (built.length === 0)
        throw new Error("The firmware is not built: run 'npm run build' first.")
    throw new Error(`There is no board ${board}; the boards are ${built.join(", ")}.`)
}
