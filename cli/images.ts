import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const BUILT_DIR = fileURLToPath(new URL("../built/firmware", import.meta.url))
/** What every image begins with. */
const MAGIC = Buffer.from("DevS\n")

/** Bytecode of a board's built firmware. Throws an Error with one sentence when there is none. */
export function firmwareImage(board: string): Buffer {
    const path = join(BUILT_DIR, board, "bytecode.devs")
    if (existsSync(path)) return readFileSync(path)
    const built = existsSync(BUILT_DIR) ? readdirSync(BUILT_DIR) : []
    if (built.length === 0) throw new Error("The firmware is not built: run 'npm run build' first.")
    throw new Error(`There is no board ${board}; the boards are ${built.join(", ")}.`)
}

/** Reads the program that every board runs: the one built for it, or one file for all. */
export function imageReader(file: string | undefined): (board: string) => Buffer {
    if (file === undefined) return firmwareImage
    if (!existsSync(file)) throw new Error(`There is no image ${file}.`)
    const image = readFileSync(file)
    if (!image.subarray(0, MAGIC.length).equals(MAGIC))
        throw new Error(`${file} is not a DeviceScript image.`)
    return () => image
}
