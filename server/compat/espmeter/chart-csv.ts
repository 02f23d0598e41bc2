import type { ForeignDevice } from "../../store/foreign-store.js"
import type { Store } from "../../store/store.js"
import { type ChartStep, chartLine, chartRows, voltsFrom } from "./chart-rows.js"

/** What is read at a time, so that years of it take no more memory than a month. */
const CHUNK_MS = 30 * 86_400_000
const NOTES_A_CHUNK = 10_000

/** All that is stored of an ESPmeter, as lines of its chart's CSV. */
export function* chartCsv(
    store: Store,
    device: ForeignDevice,
    step: ChartStep,
    timeZone: string
): Generator<string> {
    yield "ts,m3,vcc\n"
    const channelId = device.channelIds.at(0)
    const channel = channelId === undefined ? undefined : store.channel(channelId)
    const { firstSlotMs = null, lastSlotEndMs = null } = channel ?? {}
    if (!channel || firstSlotMs === null || lastSlotEndMs === null) return
    let voltsAt = voltsFrom([])
    function* readings() {
        for (let fromMs = firstSlotMs ?? 0; fromMs < (lastSlotEndMs ?? 0); fromMs += CHUNK_MS) {
            const range = { fromMs: fromMs - CHUNK_MS, toMs: fromMs + CHUNK_MS }
            voltsAt = voltsFrom(
                store.notes(device.id, { what: "battery_v", ...range, limit: NOTES_A_CHUNK })
            )
            const pieces = store.readings(channelId ?? 0, fromMs, fromMs + CHUNK_MS)
            yield* pieces.filter(({ startS }) => startS * 1000 >= fromMs)
        }
    }
    for (const row of chartRows(readings(), atMs => voltsAt(atMs), step, timeZone))
        yield chartLine(row, step, channel.perPulse, timeZone)
}
