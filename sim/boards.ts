import { readdirSync, readFileSync } from "node:fs"
import type { BoardPinCounts } from "../src/wire/settings-rules.js"

const BOARDS_DIR = new URL("../boards/", import.meta.url)

/** What a board has; undefined for a board that does not exist. */
export function pinCounts(board: string): BoardPinCounts | undefined {
    if (!boardIds().includes(board)) return undefined
    const file = readFileSync(new URL(`${board}.board.json`, BOARDS_DIR), "utf8")
    const { pins } = JSON.parse(file) as { pins: Record<string, number> }
    const count = (label: RegExp) => Object.keys(pins).filter(pin => label.test(pin)).length
    // both parts do not fit into one program
    const hasChips = count(/^CS\d+$/) > 0
    return {
        analogPins: count(/^A\d+$/),
        digitalPins: count(/^D\d+$/),
        hasClamps: !hasChips,
        hasChips,
    }
}

export function boardIds(): string[] {
    return readdirSync(BOARDS_DIR).map(file => file.replace(".board.json", ""))
}
