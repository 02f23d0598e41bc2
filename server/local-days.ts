const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
/** No clock was ever further from UTC than this. */
const MOST_OFFSET_MS = 57_600_000

/** A date of the calendar, without a place or a time; month and day from 1. */
export interface LocalDate {
    year: number
    month: number
    day: number
}

/** What a clock on the wall shows. */
export interface LocalTime extends LocalDate {
    /** 1 is Monday, 7 is Sunday. */
    weekday: number
    /** Whole minutes since the clock showed 0:00, whatever was skipped or repeated. */
    minuteOfDay: number
}

/** A stretch of Unix ms in which clocks are ahead of UTC by the same. */
export interface OffsetSpan {
    startMs: number
    endMs: number
    offsetMs: number
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** Is it the name of a zone that this server knows, such as Europe/Paris? */
export function isTimeZone(name: string): boolean {
    try {
        return /^[A-Za-z]/.test(name) && formatOf(name) !== undefined
    } catch {
        return false
    }
}

/** How far clocks are ahead of UTC. Throws RangeError for an unknown zone. */
export function utcOffsetMs(ms: number, timeZone: string): number {
    const secondMs = Math.floor(ms / 1000) * 1000
    const [month, day, year, hour, minute, second] = formatOf(timeZone)
        .format(secondMs)
        .split(/\D+/)
        .map(Number)
    return Date.UTC(year, month - 1, day, hour, minute, second) - secondMs
}

/** The range cut where clocks change. */
export function offsetSpans(fromMs: number, toMs: number, timeZone: string): OffsetSpan[] {
    const spans: OffsetSpan[] = []
    let span = { startMs: fromMs, endMs: toMs, offsetMs: utcOffsetMs(fromMs, timeZone) }
    for (let ms = fromMs; ms < toMs; ms += DAY_MS) {
        const untilMs = Math.min(ms + DAY_MS, toMs)
        const offsetMs = utcOffsetMs(untilMs, timeZone)
        if (offsetMs === span.offsetMs) continue
        const changeMs = firstMsWith(offsetMs, ms, untilMs, timeZone)
        // what begins with the range's end is not in the range
        if (changeMs === toMs) break
        spans.push({ ...span, endMs: changeMs })
        span = { startMs: changeMs, endMs: toMs, offsetMs }
    }
    spans.push(span)
    return spans
}

/** What clocks show at a time. */
export function localTime(ms: number, timeZone: string): LocalTime {
    return wallTime(ms + utcOffsetMs(ms, timeZone))
}

/** What a clock shows whose own count of ms since 1970 is this. */
export function wallTime(wallMs: number): LocalTime {
    const wall = new Date(wallMs)
    return {
        year: wall.getUTCFullYear(),
        month: wall.getUTCMonth() + 1,
        day: wall.getUTCDate(),
        weekday: wall.getUTCDay() || 7,
        minuteOfDay: Math.floor((wallMs - Math.floor(wallMs / DAY_MS) * DAY_MS) / MINUTE_MS),
    }
}

/**
 * Unix ms at which a date begins: its first 0:00, or where clocks skip that, what they skip to. A day or
 * month beyond the last counts on into the next, and 0 is the one before the first.
 */
export function localDateStartMs(date: LocalDate, timeZone: string): number {
    return localDateStartsMs([date], timeZone)[0]
}

/** The same for dates in order, which takes little longer than for one of them. */
export function localDateStartsMs(dates: LocalDate[], timeZone: string): number[] {
    const wallsMs = dates.map(({ year, month, day }) => Date.UTC(year, month - 1, day))
    const endMs = wallsMs[wallsMs.length - 1] + MOST_OFFSET_MS
    const spans = offsetSpans(wallsMs[0] - MOST_OFFSET_MS, endMs, timeZone)
    let first = 0
    return wallsMs.map(wallMs => {
        while (spans[first].endMs < wallMs - MOST_OFFSET_MS) first++
        for (let at = first; at < spans.length; at++) {
            const startMs = Math.max(spans[at].startMs, wallMs - spans[at].offsetMs)
            if (startMs < spans[at].endMs) return startMs
        }
        return endMs
    })
}

/** Start of the local day that a time is in; days have 23 to 25 hours. */
export function localDayStartMs(ms: number, timeZone: string): number {
    const { year, month, day } = localTime(ms, timeZone)
    return periodStartMs(ms, later => ({ year, month, day: day + later }), timeZone)
}

/** Start of the local day after the one that a time is in. */
export function nextLocalDayStartMs(ms: number, timeZone: string): number {
    const { year, month, day } = localTime(ms, timeZone)
    return nextStartMs(ms, later => ({ year, month, day: day + later }), timeZone)
}

/** Start of the local month that a time is in. */
export function localMonthStartMs(ms: number, timeZone: string): number {
    const { year, month } = localTime(ms, timeZone)
    return periodStartMs(ms, later => ({ year, month: month + later, day: 1 }), timeZone)
}

/** Start of the local month after the one that a time is in. */
export function nextLocalMonthStartMs(ms: number, timeZone: string): number {
    const { year, month } = localTime(ms, timeZone)
    return nextStartMs(ms, later => ({ year, month: month + later, day: 1 }), timeZone)
}

/** Clocks that go back over midnight show the old date again, in what is the new day already. */
function periodStartMs(ms: number, dateOf: (later: number) => LocalDate, timeZone: string): number {
    const nextMs = localDateStartMs(dateOf(1), timeZone)
    return nextMs <= ms ? nextMs : localDateStartMs(dateOf(0), timeZone)
}

/** A date that the calendar of a place skipped has no length. */
function nextStartMs(ms: number, dateOf: (later: number) => LocalDate, timeZone: string): number {
    let later = 1
    while (localDateStartMs(dateOf(later), timeZone) <= ms) later++
    return localDateStartMs(dateOf(later), timeZone)
}

function firstMsWith(offsetMs: number, fromMs: number, toMs: number, timeZone: string): number {
    let before = fromMs
    let after = toMs
    while (after - before > 1) {
        const middle = Math.floor((before + after) / 2)
        if (utcOffsetMs(middle, timeZone) === offsetMs) after = middle
        else before = middle
    }
    return after
}

/** Making one takes long, and there are no more than zones: their names' case does not count. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
    const key = timeZone.toLowerCase()
    const known = formats.get(key)
    if (known) return known
    const format = new Intl.DateTimeFormat("en-US", {
        timeZone,
        hourCycle: "h23",
        year: "numeric",
        month: "numeric",
        day: "numeric",
        hour: "numeric",
        minute: "numeric",
        second: "numeric",
    })
    formats.set(key, format)
    return format
}
