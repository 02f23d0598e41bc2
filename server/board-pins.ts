import { readdirSync, readFileSync } from "node:fs"
import type { BoardPinCounts } from "../src/wire/settings-rules.js"

const BOARDS_DIR = new URL("../boards/", import.meta.url)

/** What a board not known yet is taken to have: the most that a label can say. */
const ANY_BOARD: BoardPinCounts = {
    analogPins: 16,
    digitalPins: 16,
    hasClamps: true,
    hasChips: true,
}

/** What each board has, by its id. */
export function boardPins(): (board: string | null) => BoardPinCounts {
    const byBoard = new Map<string, BoardPinCounts>()
    for (const file of readdirSync(BOARDS_DIR)) {
        const text = readFileSync(new URL(file, BOARDS_DIR), "utf8")
        const { pins } = JSON.parse(text) as { pins: Record<string, number> }
        const count = (label: RegExp) => Object.keys(pins).filter(name => label.test(name)).length
        // both parts do not fit into one program
        const hasChips = count(/^CS\d+$/) > 0
        byBoard.set(file.replace(".board.json", ""), {
            analogPins: count(/^A\d+$/),
            digitalPins: count(/^D\d+$/),
            hasClamps: !hasChips,
            hasChips,
        })
    }
    return board => byBoard.get(board ?? "") ?? ANY_BOARD
}
