import type { LightCell } from "./light-grid.js"

/** The grid in a few figures. */
export interface LightSummary {
    cells: number
    /** Cells without a wrong slot in which the sensor could see. */
    exactCells: number
    blinkikiExactCells: number
    wrongSlots: number
    silentSlots: number
    blindSlots: number
    silentBlindSlots: number
    rightSlots: number
    flaggedRightSlots: number
    /** Percent of right slots. */
    flaggedRightPercent: number
    /** Cells in which more than 1 % of the right slots are flagged. */
    overFlaggedCells: number
}

export function summarizeLight(cells: LightCell[]): LightSummary {
    const sum = (pick: (cell: LightCell) => number) =>
        cells.reduce((total, cell) => total + pick(cell), 0)
    const rightSlots = sum(cell => cell.ours.rightSlots)
    const flaggedRightSlots = sum(cell => cell.ours.flaggedRightSlots)
    return {
        cells: cells.length,
        exactCells: cells.filter(cell => cell.ours.wrongSlots === 0).length,
        blinkikiExactCells: cells.filter(cell => cell.blinkiki.wrongSlots === 0).length,
        wrongSlots: sum(cell => cell.ours.wrongSlots),
        silentSlots: sum(cell => cell.ours.silentSlots),
        blindSlots: sum(cell => cell.ours.blindSlots),
        silentBlindSlots: sum(cell => cell.ours.silentBlindSlots),
        rightSlots,
        flaggedRightSlots,
        flaggedRightPercent: (100 * flaggedRightSlots) / Math.max(1, rightSlots),
        overFlaggedCells: cells.filter(
            ({ ours }) => ours.flaggedRightSlots > ours.rightSlots * 0.01
        ).length,
    }
}
