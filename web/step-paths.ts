import type uPlot from "uplot"

/**
 * Draws a column as steps: each value holds until the next time, null lifts the pen there. uPlot's own
 * steps leave the last interval before a gap out.
 */
export function stepPaths(plot: uPlot, seriesIndex: number): uPlot.Series.Paths {
    const xMs = plot.data[0]
    const values = plot.data[seriesIndex]
    const stroke = new Path2D()
    const fill = new Path2D()
    const zeroPx = toPx(plot, 0, "y")
    // what lies far outside is drawn at the rim: canvases lose precision with huge coordinates
    const { left, width } = plot.bbox
    const clampX = (x: number) => Math.min(Math.max(x, left - width), left + 2 * width)
    let heldPx: number | undefined
    for (let i = 0; i < xMs.length; i++) {
        const x = clampX(toPx(plot, xMs[i], "x"))
        const value = values[i] ?? null
        if (heldPx !== undefined) {
            stroke.lineTo(x, heldPx)
            fill.lineTo(x, heldPx)
        }
        if (value === null) {
            if (heldPx !== undefined) fill.lineTo(x, zeroPx)
            heldPx = undefined
            continue
        }
        const y = toPx(plot, value, "y")
        if (heldPx === undefined) {
            stroke.moveTo(x, y)
            fill.moveTo(x, zeroPx)
        } else stroke.lineTo(x, y)
        fill.lineTo(x, y)
        heldPx = y
    }
    return { stroke, fill }
}

function toPx(plot: uPlot, value: number, scale: string): number {
    return Math.round(plot.valToPos(value, scale, true))
}
