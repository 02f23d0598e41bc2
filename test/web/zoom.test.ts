import { describe, expect, test } from "vitest"
import {
    type Bounds,
    clampView,
    DAY_MS,
    followNow,
    liveView,
    MIN_SPAN_MS,
    panBy,
    pinch,
    zoomAbout,
} from "../../web/zoom.js"

const nowMs = 1_700_000_000_000
const bounds: Bounds = { firstMs: nowMs - 100 * DAY_MS, nowMs }
const fixed = { fromMs: nowMs - 4000_000, toMs: nowMs - 3000_000, isLive: false }
const live = liveView(1000_000, nowMs)

describe("zooming about a point", () => {
    test.each([
        ["in at the middle", fixed.fromMs + 500_000, 0.5, 250_000, 250_000],
        ["in at the left edge", fixed.fromMs, 0.5, 0, 500_000],
        ["out at a quarter", fixed.fromMs + 250_000, 2, -250_000, -750_000],
    ])("%s keeps the point in place", (_name, atMs, factor, fromShiftMs, toShiftMs) => {
        expect(zoomAbout(fixed, atMs, factor, bounds)).toEqual({
            fromMs: fixed.fromMs + fromShiftMs,
            toMs: fixed.toMs - toShiftMs,
            isLive: false,
        })
    })

    test("stops at the shortest span", () => {
        const view = zoomAbout(fixed, fixed.toMs, 1e-6, bounds)
        expect(view.toMs - view.fromMs).toBe(MIN_SPAN_MS)
    })

    test("stops when all data is in view", () => {
        const view = zoomAbout(fixed, fixed.toMs, 1e9, bounds)
        expect(view).toEqual(liveView(105 * DAY_MS, nowMs))
    })

    test("a live view zoomed about its right edge stays live", () => {
        expect(zoomAbout(live, live.toMs, 0.5, bounds)).toEqual(liveView(500_000, nowMs))
    })

    test("a live view zoomed about an older point is live no more", () => {
        expect(zoomAbout(live, live.fromMs, 0.5, bounds).isLive).toBe(false)
    })
})

describe("panning", () => {
    test.each([
        ["left", fixed, -0.5, { fromMs: fixed.fromMs - 500_000, isLive: false }],
        ["right", fixed, 0.25, { fromMs: fixed.fromMs + 250_000, isLive: false }],
        ["past now", fixed, 99, { fromMs: nowMs - 1000_000, isLive: true }],
        ["past the oldest data", fixed, -1e6, { fromMs: nowMs - 105 * DAY_MS, isLive: false }],
    ])("%s keeps the span", (_name, view, part, expected) => {
        const moved = panBy(view, part, bounds)
        expect(moved).toMatchObject(expected)
        expect(moved.toMs - moved.fromMs).toBe(1000_000)
    })
})

describe("pinching", () => {
    test("two fingers that double their distance halve the span about what they hold", () => {
        const view = pinch(fixed, { a: 0.4, b: 0.6 }, { a: 0.3, b: 0.7 }, bounds)
        expect(view.fromMs).toBeCloseTo(fixed.fromMs + 250_000, 0)
        expect(view.toMs).toBeCloseTo(fixed.toMs - 250_000, 0)
    })

    test("two fingers that move side by side pan", () => {
        const view = pinch(fixed, { a: 0.2, b: 0.4 }, { a: 0.3, b: 0.5 }, bounds)
        expect(view.fromMs).toBeCloseTo(fixed.fromMs - 100_000, 0)
        expect(view.toMs).toBeCloseTo(fixed.toMs - 100_000, 0)
    })

    test("fingers that meet zoom out only so far", () => {
        const view = pinch(fixed, { a: 0.2, b: 0.8 }, { a: 0.5, b: 0.5 }, bounds)
        expect(view.toMs - view.fromMs).toBeCloseTo(30 * 1000_000, 0)
    })
})

test("a right edge close to now counts as now", () => {
    expect(clampView(nowMs - 1000_000, nowMs - 5_000, bounds)).toEqual(liveView(995_000, nowMs))
})

test("only a live view follows the clock", () => {
    expect(followNow(live, nowMs + 1000)).toEqual(liveView(1000_000, nowMs + 1000))
    expect(followNow(fixed, nowMs + 1000)).toBe(fixed)
})

test("a view starts and ends on whole milliseconds", () => {
    const { fromMs, toMs } = zoomAbout(fixed, fixed.fromMs + 123_456, Math.E / 3, bounds)
    expect([fromMs, toMs].every(Number.isInteger)).toBe(true)
})
