/** A stretch of time and its pulses; null where they are known no more. */
export interface Piece {
    startS: number
    seconds: number
    count: number | null
    /** A share of a longer reading: its count is an estimate. */
    isPart?: boolean
}

export interface CountedPiece extends Piece {
    count: number
}

/** `known`: stored before, with the same count; `conflicting`: stored before, with another. */
type ReadingOutcome = "stored" | "known" | "conflicting"

interface Placed {
    outcome: ReadingOutcome
    /** What of the reading is new: the whole, or what stored ones leave of it. */
    added: CountedPiece[]
}

/** What is stored of some time, each second once; the first to tell of a second is believed. */
export class Timeline {
    /** `pieces` in order, none of which overlap. */
    constructor(private readonly pieces: Piece[]) {}

    /** The piece that holds all of a stretch. */
    holding(startS: number, seconds: number): Piece | undefined {
        const piece = this.pieces[this.firstEndingAfter(startS)]
        if (!piece || piece.startS > startS) return undefined
        return endOf(piece) >= startS + seconds ? piece : undefined
    }

    place(reading: CountedPiece): Placed {
        const first = this.firstEndingAfter(reading.startS)
        let end = first
        while (end < this.pieces.length && this.pieces[end].startS < endOf(reading)) end++
        const known = this.pieces.slice(first, end)
        const gaps = gapsIn(reading, known)
        if (gaps.length === 0) return { outcome: judge(reading, known), added: [] }
        if (known.some(piece => piece.count === null)) return { outcome: "known", added: [] }
        const rest = reading.count - countWithin(reading, known)
        if (rest < 0 && known.every(piece => isWithin(piece, reading)))
            return { outcome: "conflicting", added: [] }
        const added = shareOut(Math.max(0, rest), gaps)
        if (known.length > 0) for (const each of added) each.isPart = true
        const pieces = [...known, ...added].sort((a, b) => a.startS - b.startS)
        this.pieces.splice(first, end - first, ...pieces)
        return { outcome: "stored", added }
    }

    private firstEndingAfter(atS: number): number {
        let [low, high] = [0, this.pieces.length]
        while (low < high) {
            const middle = (low + high) >> 1
            if (endOf(this.pieces[middle]) > atS) high = middle
            else low = middle + 1
        }
        return low
    }
}

/** Cuts a piece where `nextCutS` says the next cut behind a time is, in whole pulses. */
export function cutAt(piece: CountedPiece, nextCutS: (atS: number) => number): CountedPiece[] {
    const gaps: Piece[] = []
    let startS = piece.startS
    while (startS < endOf(piece)) {
        const endS = Math.min(nextCutS(startS), endOf(piece))
        gaps.push({ startS, seconds: endS - startS, count: null })
        startS = endS
    }
    return shareOut(piece.count, gaps)
}

export function endOf({ startS, seconds }: Piece): number {
    return startS + seconds
}

/** Seconds that two stretches share. */
export function sharedS(a: Piece, b: Piece): number {
    return Math.max(0, Math.min(endOf(a), endOf(b)) - Math.max(a.startS, b.startS))
}

/** The stretches of `reading` that none of `known` holds; these are in order. */
export function gapsIn(reading: Piece, known: Piece[]): Piece[] {
    const gaps: Piece[] = []
    let atS = reading.startS
    for (const piece of known) {
        if (piece.startS > atS) gaps.push({ startS: atS, seconds: piece.startS - atS, count: null })
        atS = Math.max(atS, endOf(piece))
    }
    const restS = endOf(reading) - atS
    if (restS > 0) gaps.push({ startS: atS, seconds: restS, count: null })
    return gaps
}

/** Only pieces within the reading, or one that holds it, can contradict it; others are cut by estimate. */
function judge(reading: CountedPiece, known: Piece[]): ReadingOutcome {
    if (known.some(piece => piece.count === null)) return "known"
    if (known[0].isPart && endOf(known[0]) >= endOf(reading)) return "known"
    if (known.every(piece => isWithin(piece, reading)))
        return countWithin(reading, known) === reading.count ? "known" : "conflicting"
    if (known.length === 1) return reading.count <= (known[0].count ?? 0) ? "known" : "conflicting"
    return "known"
}

function isWithin(piece: Piece, reading: Piece): boolean {
    return piece.startS >= reading.startS && endOf(piece) <= endOf(reading)
}

function countWithin(reading: Piece, known: Piece[]): number {
    let count = 0
    for (const piece of known)
        count += Math.floor(((piece.count ?? 0) * sharedS(piece, reading)) / piece.seconds)
    return count
}

/** Shares pulses out by time, in whole ones. */
function shareOut(count: number, gaps: Piece[]): CountedPiece[] {
    const totalS = gaps.reduce((sum, { seconds }) => sum + seconds, 0)
    let doneS = 0
    let done = 0
    return gaps.map(({ startS, seconds }) => {
        doneS += seconds
        const until = Math.floor((count * doneS) / totalS)
        const piece = { startS, seconds, count: until - done }
        done = until
        return piece
    })
}
