import { type LocalDate, localDateStartsMs, localTime } from "./local-days.js"

const DAY_MS = 86_400_000

/** Steps that follow a calendar, and so have no fixed length. */
export const LOCAL_STEPS = ["local-day", "local-month"] as const
export type LocalStep = (typeof LOCAL_STEPS)[number]

/** Most steps that one answer holds. */
export const MAX_LOCAL_STEPS = 4000

const CALENDARS = {
    "local-day": {
        shortestMs: 0.9 * DAY_MS,
        dateOf: ({ year, month, day }: LocalDate, later: number) => ({
            year,
            month,
            day: day + later,
        }),
    },
    "local-month": {
        shortestMs: 27.9 * DAY_MS,
        dateOf: ({ year, month }: LocalDate, later: number) => ({
            year,
            month: month + later,
            day: 1,
        }),
    },
}

/** Starts of the steps that touch a range, and the end of the last; undefined when they are too many. */
export function localEdges(
    fromMs: number,
    toMs: number,
    step: LocalStep,
    timeZone: string
): number[] | undefined {
    const { shortestMs, dateOf } = CALENDARS[step]
    const most = Math.ceil((toMs - fromMs) / shortestMs)
    if (most > MAX_LOCAL_STEPS) return undefined
    const first = localTime(fromMs, timeZone)
    // one more at the end, since a date that was left out has no length
    const dates = Array.from({ length: most + 3 }, (_, later) => dateOf(first, later))
    const edgesMs = [...new Set(localDateStartsMs(dates, timeZone))]
    // clocks that went back over midnight show the old date in the new day
    const begin = Math.max(
        0,
        edgesMs.findLastIndex(ms => ms <= fromMs)
    )
    const end = edgesMs.findIndex(ms => ms >= toMs)
    return edgesMs.slice(begin, end + 1)
}
