import type { Store } from "../../server/store/store.js"
import type { ChannelSource } from "../../sim/channel-source.js"

const SLOT_MS = 5000
/** A pulse is counted in the slot in which it is found, as long after its begin. */
const FOUND_AFTER_MS = [0, 10, 20, 30, 40, 50, 60]

/**
 * Runs of stored slots that are not marked poor and whose counts are still not those of the source:
 * what was lost or made up silently. `fromMs` and `toMs` are Unix ms, as is the source's time 0.
 */
export function silentRuns(
    store: Store,
    channelId: number,
    source: ChannelSource,
    { fromMs, toMs }: { fromMs: number; toMs: number }
): string[] {
    const { startMs, counts } = store.series(channelId, fromMs, toMs, "slot")
    const poor = store.poorSpans(channelId, fromMs, toMs)
    const isPoor = (atMs: number) => poor.some(([from, to]) => from <= atMs && atMs < to)
    const found: string[] = []
    let run: number[] = []
    const end = (endMs: number) => {
        const sum = run.reduce((total, count) => total + count, 0)
        const beginMs = endMs - run.length * SLOT_MS
        if (run.length > 0 && !isTrue(sum, beginMs - fromMs, endMs - fromMs, source))
            found.push(`${beginMs} to ${endMs}: ${sum}`)
        run = []
    }
    for (const [i, atMs] of startMs.entries()) {
        const count = counts[i]
        if (count === null || isPoor(atMs)) end(atMs)
        else run.push(count)
    }
    end(toMs)
    return found
}

function isTrue(sum: number, fromMs: number, toMs: number, source: ChannelSource): boolean {
    return FOUND_AFTER_MS.some(afterFirstMs =>
        FOUND_AFTER_MS.some(
            afterLastMs => source.countBetween(fromMs - afterFirstMs, toMs - afterLastMs) === sum
        )
    )
}
