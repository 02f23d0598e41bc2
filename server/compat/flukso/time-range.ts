/** What may be said as `interval` or `resolution`, in seconds. */
const SECONDS = {
    minute: 60,
    "15min": 900,
    hour: 3600,
    day: 86_400,
    week: 604_800,
    month: 2_419_200,
    year: 31_536_000,
    decade: 315_360_000,
    night: 2_419_200,
}
type TimeRange = keyof typeof SECONDS

const DEFAULT_RESOLUTION: Partial<Record<TimeRange, TimeRange>> = {
    "15min": "minute",
    hour: "minute",
    day: "15min",
    week: "day",
    month: "day",
    year: "week",
    decade: "week",
    night: "day",
}

/** How far back each resolution reaches, by its seconds; the others reach back as far as asked. */
const DEPTH_S: Record<number, number> = {
    [SECONDS.minute]: SECONDS.day,
    [SECONDS["15min"]]: SECONDS.week,
    [SECONDS.day]: SECONDS.year,
    [SECONDS.week]: SECONDS.decade,
}

/** The time parameters of a request as it carries them. */
export interface TimeQuery {
    interval?: string | undefined
    start?: string | undefined
    end?: string | undefined
    resolution?: string | undefined
}

/** What they ask for; both ends are multiples of the resolution. */
export interface TimeSpan {
    startS: number
    endS: number
    resolutionS: number
    isNight: boolean
}

/** Undefined when the parameters do not fit together or one of them means nothing. */
export function readTimes(query: TimeQuery, nowS: number): TimeSpan | undefined {
    const { interval, start, end, resolution } = query
    if (interval === undefined) {
        if (start === undefined) return undefined
        return readStartEnd(start, end, resolution ?? "minute", nowS)
    }
    if (start !== undefined || end !== undefined || !isTimeRange(interval)) return undefined
    const chosen = resolution ?? DEFAULT_RESOLUTION[interval]
    if (chosen === undefined || !isTimeRange(chosen)) return undefined
    return lastInterval(interval, chosen, nowS)
}

/** Ends at the interval that is still open, since rows are stamped with their end. */
function lastInterval(interval: TimeRange, resolution: TimeRange, nowS: number): TimeSpan {
    const resolutionS = SECONDS[resolution]
    const lengthS = Math.min(SECONDS[interval], DEPTH_S[resolutionS] ?? Number.POSITIVE_INFINITY)
    const endS = floorTo(nowS - 1, resolutionS)
    const startS = floorTo(endS - lengthS + resolutionS, resolutionS)
    return { startS, endS, resolutionS, isNight: interval === "night" }
}

function readStartEnd(
    start: string,
    end: string | undefined,
    resolution: string,
    nowS: number
): TimeSpan | undefined {
    if (!isTimeRange(resolution)) return undefined
    const most = lastInterval("decade", resolution, nowS)
    const { resolutionS } = most
    const from = readUnixS(start)
    const to = end === undefined ? nowS : readUnixS(end)
    if (from === undefined || to === undefined) return undefined
    const startS = floorTo(Math.max(from, most.startS), resolutionS)
    const endS = floorTo(Math.min(to, most.endS), resolutionS)
    return endS >= startS ? { startS, endS, resolutionS, isNight: false } : undefined
}

function readUnixS(text: string): number | undefined {
    return /^\d+$/.test(text) ? Number(text) : undefined
}

function isTimeRange(text: string): text is TimeRange {
    return Object.hasOwn(SECONDS, text)
}

function floorTo(value: number, step: number): number {
    return Math.floor(value / step) * step
}
