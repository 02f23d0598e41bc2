/** A value of a channel, of the seconds up to a time. */
export interface LivePoint {
    atS: number
    seconds: number
    value: number
}

/** Points that a device shows of each sensor, one a second. */
export const LIVE_SECONDS = 60

/** The last minute of what channels tell live, by channel. */
export class LiveMinute {
    private readonly channels = new Map<number, LivePoint[]>()

    add(channelId: number, atS: number, value: number): void {
        const points = this.channels.get(channelId) ?? []
        this.channels.set(channelId, points)
        // a clock that goes back begins anew
        while (points.length > 0 && (points.at(-1)?.atS ?? 0) >= atS) points.pop()
        points.push({ atS, seconds: 1, value })
        while (points[0].atS <= atS - LIVE_SECONDS) points.shift()
    }

    of(channelId: number): LivePoint[] {
        return this.channels.get(channelId) ?? []
    }
}

/** A second, Unix s, with its value; null where it is not known yet. */
export type Second = [atS: number, value: number | null]

/**
 * The seconds of the minute that ends with `nowS`, from the first that is known. Live points go before
 * slots. A second between two points has the later one's value, as on a Fluksometer.
 */
export function minuteOf(live: LivePoint[], slots: LivePoint[], nowS: number): Second[] {
    const fromS = nowS - LIVE_SECONDS + 1
    const firstLiveS = live[0]?.atS ?? Number.POSITIVE_INFINITY
    const points = [...slots.filter(({ atS }) => atS < firstLiveS), ...live].filter(
        ({ atS }) => atS >= fromS && atS <= nowS
    )
    if (points.length === 0) return []
    const seconds: Second[] = []
    let at = 0
    for (let atS = Math.max(fromS, points[0].atS - points[0].seconds + 1); atS <= nowS; atS++) {
        while (at < points.length && points[at].atS < atS) at++
        seconds.push([atS, points[at]?.value ?? null])
    }
    return seconds
}

/** The sum of several channels, where all are known; from the first second on that all have. */
export function addSeconds(parts: Second[][]): Second[] {
    const [first = [], ...others] = parts
    if (others.length === 0) return first
    const maps = others.map(part => new Map(part))
    return first.flatMap(([atS, value]): Second[] => {
        const values = [value, ...maps.map(map => map.get(atS))]
        if (values.includes(undefined)) return []
        const sum = values.reduce<number | null>(
            (total, one) => (total === null || one === null ? null : total + (one ?? 0)),
            0
        )
        return [[atS, sum]]
    })
}
