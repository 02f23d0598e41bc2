import { SLOT_MS } from "./limits.js"

/**
 * How a stretch of 5 s slots is cut into cells of `slotSeconds`. All cells but the first and the last
 * are whole.
 */
export interface Cells {
    slotSeconds: number
    /** 5 s slots in all cells. */
    span: number
    /** 5 s slots in the first cell. */
    firstSpan: number
}

/** 5 s slots of a whole cell. */
export function cellSlots(slotSeconds: number): number {
    return Math.floor(slotSeconds / 5)
}

/** How many cells a stretch has. */
export function cellCount(cells: Cells): number {
    const rest = cells.span - cells.firstSpan
    return rest <= 0 ? 1 : 1 + Math.ceil(rest / cellSlots(cells.slotSeconds))
}

/** 5 s slots of cell number `i`. */
export function cellSpan(cells: Cells, i: number): number {
    if (i === 0) return Math.min(cells.firstSpan, cells.span)
    const whole = cellSlots(cells.slotSeconds)
    return Math.min(whole, cells.span - cells.firstSpan - (i - 1) * whole)
}

/** 5 s slots from a time up to the next multiple of the cells' length. */
export function slotsToBoundary(startMs: number, slotSeconds: number): number {
    const cellMs = slotSeconds * 1000
    const boundaryMs = (Math.floor(startMs / cellMs) + 1) * cellMs
    return Math.ceil((boundaryMs - startMs) / SLOT_MS)
}

/** Why these cannot be cells; undefined if they can. */
export function cellsProblem(cells: Cells, count: number): string | undefined {
    const { span, firstSpan } = cells
    if (firstSpan < 1 || firstSpan > cellSlots(cells.slotSeconds) || firstSpan > span)
        return "the first cell's span does not fit"
    return cellCount(cells) === count ? undefined : "the cells do not fit their span"
}
