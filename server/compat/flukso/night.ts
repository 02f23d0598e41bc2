import { offsetSpans } from "../../local-days.js"

const DAY_S = 86_400
const HOUR_S = 3600

/** A stretch of Unix seconds. */
export interface Stretch {
    fromS: number
    toS: number
}

/**
 * The night of a row, by clocks from 2 to 5: the one whose end lies in the day of UTC that the row ends.
 * A night in which clocks change is an hour shorter or longer.
 */
export function nightOf(rowEndS: number, timeZone: string): Stretch {
    const dayS = rowEndS - DAY_S
    const nights = [dayS, rowEndS].map(wallDayS => ({
        fromS: atWall(wallDayS + 2 * HOUR_S, timeZone),
        toS: atWall(wallDayS + 5 * HOUR_S, timeZone),
    }))
    return nights.find(({ toS }) => toS > dayS && toS <= rowEndS) ?? nights[0]
}

/** When clocks first show a time; where they skip it, when they do. */
function atWall(wallS: number, timeZone: string): number {
    const aroundS = [wallS - DAY_S, wallS + DAY_S]
    const spans = offsetSpans(aroundS[0] * 1000, aroundS[1] * 1000, timeZone)
    const times = spans.map(({ startMs, offsetMs }) => Math.max(startMs, wallS * 1000 - offsetMs))
    return (times.find((ms, at) => ms < spans[at].endMs) ?? wallS * 1000) / 1000
}
