import uPlot from "uplot"
import "uplot/dist/uPlot.min.css"
import type { ChannelType } from "./api.js"
import { attachGestures, type GestureTarget } from "./chart-gestures.js"
import type { Format } from "./format.js"
import { type Columns, indexAt } from "./series.js"
import { stepPaths } from "./step-paths.js"

/** What is drawn next. */
export interface Drawing {
    columns: Columns
    fromMs: number
    toMs: number
    range: [number, number]
    /** Stretches to shade, from and to. */
    poor: [number, number][]
}

interface ChartOptions {
    type: ChannelType
    /** One colour, as #rrggbb, for each column. */
    colors: string[]
    axisColor: string
    gridColor: string
    /** Shades what is poor, as #rrggbb. */
    poorColor: string
    format: Format
    gestures: GestureTarget
    /** The time under the cursor, undefined when it left. */
    onCursor(atMs: number | undefined): void
    /** The width of the plot area, without the axis, once it is known and when it changes. */
    onWidth(widthPx: number): void
}

export interface Chart {
    draw(drawing: Drawing): void
    resize(width: number, height: number): void
    close(): void
}

const AXIS_FONT = "12px system-ui, sans-serif"

/** Puts an empty chart into `host`, whose size it takes. */
export function createChart(host: HTMLElement, options: ChartOptions): Chart {
    let drawing: Drawing = {
        columns: { xMs: [], columns: options.colors.map(() => []) },
        fromMs: 0,
        toMs: 1,
        range: [0, 1],
        poor: [],
    }
    const plot = new uPlot(
        {
            width: Math.max(host.clientWidth, 200),
            height: host.clientHeight,
            ms: 1,
            legend: { show: false },
            padding: [22, 4, 0, 0],
            scales: {
                x: { range: () => [drawing.fromMs, drawing.toMs] },
                y: { range: () => drawing.range },
            },
            series: [{}, ...options.colors.map(color => lineOptions(color, options.colors.length))],
            axes: axes(options),
            cursor: {
                drag: { x: false, y: false },
                y: false,
                points: { size: 8 },
                // a step's value holds to the right of its time, not around it
                dataIdx: (self, _series, _closest, x) => indexAt(self.data[0] as number[], x),
            },
            hooks: {
                drawClear: [self => shade(self, drawing.poor, options.poorColor)],
                ready: [self => options.onWidth(self.over.clientWidth)],
                setSize: [self => options.onWidth(self.over.clientWidth)],
                setCursor: [
                    self => {
                        const { left } = self.cursor
                        const isInside = left !== undefined && left !== null && left >= 0
                        options.onCursor(isInside ? self.posToVal(left, "x") : undefined)
                    },
                ],
            },
        },
        dataOf(drawing),
        host
    )
    const detach = attachGestures(plot.over, options.gestures)
    return {
        draw: next => {
            drawing = next
            plot.setData(dataOf(next))
        },
        resize: (width, height) => plot.setSize({ width, height }),
        close: () => {
            detach()
            plot.destroy()
        },
    }
}

function shade({ ctx, bbox, valToPos }: uPlot, spans: [number, number][], color: string): void {
    ctx.save()
    ctx.beginPath()
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
    ctx.clip()
    ctx.fillStyle = `${color}26`
    for (const [fromMs, toMs] of spans) {
        const left = valToPos(fromMs, "x", true)
        ctx.fillRect(left, bbox.top, valToPos(toMs, "x", true) - left, bbox.height)
    }
    ctx.restore()
}

function dataOf({ columns }: Drawing): uPlot.AlignedData {
    return [columns.xMs, ...columns.columns]
}

function lineOptions(color: string, lines: number): uPlot.Series {
    return {
        stroke: color,
        width: 1.75,
        fill: color + (lines === 1 ? "2e" : "12"),
        paths: stepPaths,
        points: { show: false },
    }
}

function axes({ type, axisColor, gridColor, format }: ChartOptions): uPlot.Axis[] {
    const look = { stroke: axisColor, font: AXIS_FONT, ticks: { show: false } }
    return [
        {
            ...look,
            grid: { show: false },
            size: 30,
            gap: 8,
            space: 84,
            values: (_plot, ticks, _axis, _space, stepMs) =>
                ticks.map(atMs => format.tick(atMs, stepMs)),
        },
        {
            ...look,
            grid: { stroke: gridColor, width: 1 },
            size: 50,
            gap: 6,
            space: 44,
            values: (_plot, ticks) => format.axis(type, ticks).labels,
        },
    ]
}
