import { liveView, MIN_SPAN_MS, type View } from "./zoom.js"

/** What the address keeps of the page, so that a link or a reload shows the same. */
export interface Place {
    view: View
    /** Ids of the chosen channels; undefined lets the page choose. */
    channelIds: number[] | undefined
}

/** `#last=3600&channels=1,2` for a live view, `#from=…&to=…` (Unix ms) for a fixed one. */
export function encodePlace(place: Place): string {
    const { view, channelIds } = place
    const parts = view.isLive
        ? [`last=${Math.round((view.toMs - view.fromMs) / 1000)}`]
        : [`from=${Math.round(view.fromMs)}`, `to=${Math.round(view.toMs)}`]
    if (channelIds) parts.push(`channels=${channelIds.join(",")}`)
    return `#${parts.join("&")}`
}

/** Reads what {@link encodePlace} wrote; what is missing or senseless falls back to `spanMs` up to now. */
export function decodePlace(hash: string, spanMs: number, nowMs: number): Place {
    const query = new URLSearchParams(hash.replace(/^#/, ""))
    const channels = query.get("channels")
    const channelIds = channels?.split(",").map(Number).filter(Number.isInteger)
    return { view: decodeView(query, spanMs, nowMs), channelIds }
}

function decodeView(query: URLSearchParams, spanMs: number, nowMs: number): View {
    const fromMs = Number(query.get("from"))
    const toMs = Number(query.get("to"))
    if (fromMs > 0 && toMs - fromMs >= MIN_SPAN_MS && toMs <= nowMs)
        return { fromMs, toMs, isLive: false }
    const lastMs = Number(query.get("last")) * 1000
    return liveView(lastMs >= MIN_SPAN_MS && lastMs < nowMs ? lastMs : spanMs, nowMs)
}
