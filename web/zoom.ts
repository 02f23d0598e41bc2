/** The stretch of time a chart shows. `isLive`: its right edge moves along with the clock. */
export interface View {
    fromMs: number
    toMs: number
    isLive: boolean
}

/** How far a view may go. */
export interface Bounds {
    /** Start of the oldest data. */
    firstMs: number
    nowMs: number
}

export const MIN_SPAN_MS = 30_000
export const DAY_MS = 86_400_000
const ROOM_MS = 30 * DAY_MS

const MINUTE_MS = 60_000

/** Stretches up to now that one press chooses. */
export const RANGES = [
    { label: "15 min", spanMs: 15 * MINUTE_MS },
    { label: "1 h", spanMs: 60 * MINUTE_MS },
    { label: "6 h", spanMs: 360 * MINUTE_MS },
    { label: "24 h", spanMs: DAY_MS },
    { label: "7 d", spanMs: 7 * DAY_MS },
    { label: "30 d", spanMs: ROOM_MS },
]

/** A right edge this near to now, as a part of the span, counts as now. */
const LIVE_GRIP = 0.01

/** The last `spanMs` up to now. */
export function liveView(spanMs: number, nowMs: number): View {
    return { fromMs: nowMs - spanMs, toMs: nowMs, isLive: true }
}

/** Moves a live view along with the clock; returns another one as it is. */
export function followNow(view: View, nowMs: number): View {
    return view.isLive ? liveView(view.toMs - view.fromMs, nowMs) : view
}

/** Scales the span by `factor` (above 1 shows more) so that `atMs` stays where it is on the screen. */
export function zoomAbout(view: View, atMs: number, factor: number, bounds: Bounds): View {
    const spanMs = view.toMs - view.fromMs
    const nextMs = Math.min(Math.max(spanMs * factor, MIN_SPAN_MS), longestSpanMs(bounds))
    const fromMs = atMs - ((atMs - view.fromMs) * nextMs) / spanMs
    return clampView(fromMs, fromMs + nextMs, bounds)
}

/** Shifts by a part of the span; above 0 towards now. */
export function panBy(view: View, part: number, bounds: Bounds): View {
    const shiftMs = (view.toMs - view.fromMs) * part
    return clampView(view.fromMs + shiftMs, view.toMs + shiftMs, bounds)
}

/** Keeps a stretch within the bounds, its length if it can, and makes it live at the right end. */
export function clampView(fromMs: number, toMs: number, bounds: Bounds): View {
    // whole milliseconds: a fraction would put a tick at 21:59:59.999 and not at 22:00
    const spanMs = Math.round(Math.min(Math.max(toMs - fromMs, MIN_SPAN_MS), longestSpanMs(bounds)))
    if (toMs >= bounds.nowMs - spanMs * LIVE_GRIP) return liveView(spanMs, bounds.nowMs)
    const oldestMs = bounds.nowMs - longestSpanMs(bounds)
    const startMs = Math.round(Math.max(fromMs, oldestMs))
    return { fromMs: startMs, toMs: startMs + spanMs, isLive: false }
}

/** Where two fingers hold the times they took hold of: `a` and `b` are places from 0 (left) to 1. */
export function pinch(
    start: View,
    from: { a: number; b: number },
    to: { a: number; b: number },
    bounds: Bounds
): View {
    const spanMs = start.toMs - start.fromMs
    // fingers that meet or cross would turn the time axis round
    const apart = Math.max(Math.abs(to.b - to.a), 0.02)
    const factor = Math.max(Math.abs(from.b - from.a), 0.02) / apart
    const heldMs = start.fromMs + ((from.a + from.b) / 2) * spanMs
    const limit = longestSpanMs(bounds)
    const nextMs = Math.min(Math.max(spanMs * factor, MIN_SPAN_MS), limit)
    const fromMs = heldMs - ((to.a + to.b) / 2) * nextMs
    return clampView(fromMs, fromMs + nextMs, bounds)
}

function longestSpanMs(bounds: Bounds): number {
    return Math.max(ROOM_MS, (bounds.nowMs - bounds.firstMs) * 1.05)
}
