import type { TimeSpan } from "./time-range.js"

interface Archive {
    stepS: number
    rows: number
}

/** What a Flukso server keeps of a sensor; answers have the steps of one of these. */
const ARCHIVES: Archive[] = [
    { stepS: 60, rows: 1440 },
    { stepS: 900, rows: 672 },
    { stepS: 86_400, rows: 365 },
    { stepS: 604_800, rows: 520 },
]
const NIGHT_ARCHIVES: Archive[] = [
    { stepS: 86_400, rows: 365 },
    { stepS: 604_800, rows: 520 },
]

/** The rows of an answer: each is stamped with its end. */
export interface RowTimes {
    stepS: number
    endsS: number[]
}

/**
 * The rows that answer a span. Of the archives that hold all of it, the one whose step is nearest to the
 * asked resolution; else the one that holds most of it. The last row is the one after the span's end.
 */
export function rowTimes(span: TimeSpan, nowS: number): RowTimes {
    const archives = span.isNight ? NIGHT_ARCHIVES : ARCHIVES
    const { stepS } = chooseArchive(archives, span, nowS)
    const startS = span.startS - (span.startS % stepS)
    const lastS = span.endS + stepS - (span.endS % stepS)
    const length = (lastS - startS) / stepS
    return { stepS, endsS: Array.from({ length }, (_, at) => startS + (at + 1) * stepS) }
}

function chooseArchive(archives: Archive[], span: TimeSpan, nowS: number): Archive {
    const held = archives.map(archive => {
        const oldestS = nowS - (nowS % archive.stepS) - archive.stepS * archive.rows
        const missingS = Math.max(0, oldestS - span.startS)
        return { archive, missingS, offS: Math.abs(archive.stepS - span.resolutionS) }
    })
    held.sort((a, b) => a.missingS - b.missingS || a.offS - b.offS)
    return held[0].archive
}
