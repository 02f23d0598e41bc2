import { readdirSync, readFileSync } from "node:fs"

const BOARDS_DIR = new URL("../boards/", import.meta.url)

/** How many pins of a kind a board has; undefined for a board that does not exist. */
export function pinCount(board: string, kind: "light" | "pulse"): number | undefined {
    if (!boardIds().includes(board)) return undefined
    const file = readFileSync(new URL(`${board}.board.json`, BOARDS_DIR), "utf8")
    const { pins } = JSON.parse(file) as { pins: Record<string, number> }
    const letter = pinLetter(kind)
    return Object.keys(pins).filter(label => new RegExp(`^${letter}\\d+$`).test(label)).length
}

export function boardIds(): string[] {
    return readdirSync(BOARDS_DIR).map(file => file.replace(".board.json", ""))
}

/** What the labels of such pins begin with. */
export function pinLetter(kind: "light" | "pulse"): string {
    return kind === "light" ? "A" : "D"
}
