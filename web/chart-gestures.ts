import { type Bounds, clampView, panBy, pinch, type View, zoomAbout } from "./zoom.js"

export interface GestureTarget {
    view(): View
    bounds(): Bounds
    setView(view: View): void
    reset(): void
}

const KEY_ZOOM = 1.5
const KEY_PAN = 0.15
/** Share of the span that one pixel of wheel travel adds or takes away, as an exponent. */
const WHEEL_GAIN = 0.0018
const MAX_WHEEL_PX = 240
const WHEEL_LINE_PX = 33

interface Grip {
    view: View
    places: number[]
}

/** Wheel, drag, pinch and double-click on the plot area; returns what takes them off again. */
export function attachGestures(area: HTMLElement, target: GestureTarget): () => void {
    const pointers = new Map<number, number>()
    let grip: Grip | undefined

    const placeOf = (event: MouseEvent) => {
        const box = area.getBoundingClientRect()
        return (event.clientX - box.left) / box.width
    }
    const takeGrip = () => {
        grip = pointers.size ? { view: target.view(), places: [...pointers.values()] } : undefined
    }

    function onWheel(event: WheelEvent) {
        event.preventDefault()
        const scale = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? WHEEL_LINE_PX : 1
        const view = target.view()
        if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
            const part = (event.deltaX * scale) / area.clientWidth
            return target.setView(panBy(view, part, target.bounds()))
        }
        const travel = Math.max(-MAX_WHEEL_PX, Math.min(event.deltaY * scale, MAX_WHEEL_PX))
        const atMs = view.fromMs + placeOf(event) * (view.toMs - view.fromMs)
        target.setView(zoomAbout(view, atMs, Math.exp(travel * WHEEL_GAIN), target.bounds()))
    }
    function onDown(event: PointerEvent) {
        if (event.button !== 0) return
        area.setPointerCapture(event.pointerId)
        pointers.set(event.pointerId, placeOf(event))
        takeGrip()
    }
    function onMove(event: PointerEvent) {
        if (!grip || !pointers.has(event.pointerId)) return
        pointers.set(event.pointerId, placeOf(event))
        target.setView(moveGrip(grip, [...pointers.values()], target.bounds()))
    }
    function onUp(event: PointerEvent) {
        pointers.delete(event.pointerId)
        takeGrip()
    }

    const off = new AbortController()
    const { signal } = off
    area.addEventListener("wheel", onWheel, { passive: false, signal })
    area.addEventListener("pointerdown", onDown, { signal })
    area.addEventListener("pointermove", onMove, { signal })
    area.addEventListener("pointerup", onUp, { signal })
    area.addEventListener("pointercancel", onUp, { signal })
    area.addEventListener("dblclick", () => target.reset(), { signal })
    return () => off.abort()
}

function moveGrip(grip: Grip, places: number[], bounds: Bounds): View {
    const { view } = grip
    if (places.length > 1)
        return pinch(
            view,
            { a: grip.places[0], b: grip.places[1] },
            { a: places[0], b: places[1] },
            bounds
        )
    const shiftMs = (grip.places[0] - places[0]) * (view.toMs - view.fromMs)
    if (shiftMs === 0) return view
    return clampView(view.fromMs + shiftMs, view.toMs + shiftMs, bounds)
}

/** Does what a key on the chart asks for; false when the key means nothing here. */
export function handleKey(key: string, target: GestureTarget): boolean {
    const view = target.view()
    const bounds = target.bounds()
    const middleMs = (view.fromMs + view.toMs) / 2
    // zooming a live view about its right edge keeps it live
    const anchorMs = view.isLive ? view.toMs : middleMs
    if (key === "+" || key === "=") target.setView(zoomAbout(view, anchorMs, 1 / KEY_ZOOM, bounds))
    else if (key === "-" || key === "_") target.setView(zoomAbout(view, anchorMs, KEY_ZOOM, bounds))
    else if (key === "ArrowLeft") target.setView(panBy(view, -KEY_PAN, bounds))
    else if (key === "ArrowRight") target.setView(panBy(view, KEY_PAN, bounds))
    else if (key === "0" || key === "Home") target.reset()
    else return false
    return true
}
