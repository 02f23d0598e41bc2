import type { Reading } from "../../store/foreign-store.js"
import { RESOLUTION_SECONDS } from "../../store/store.js"
import type { Ticks } from "./emon-file.js"

const SLOT_S = RESOLUTION_SECONDS.slot
/** emon's logger takes no two pulses within 10 ms. */
const MAX_PULSES_A_SECOND = 100
/** 2009: no Raspberry Pi was older; what is has a clock that was not set. */
const OLDEST_S = 1_230_768_000
/** Pulses of one transaction. */
const BATCH_PULSES = 20_000
const BATCH_SLOTS = 17_280
/** Without a pulse for longer, nothing was logged; shorter silences counted nothing. */
const LONGEST_SILENCE_S = 86_400

export interface PulseBatch {
    /** Unix ms. */
    timesMs: number[]
    /** Slots in which nothing was counted. */
    silences: Reading[]
    /** Pulses that are not taken: of no time that can be, or more in a second than there can be. */
    leftOut: number
    /** Rows behind the batch, also those left out. */
    rows: number
}

/**
 * Pulses by the second, as emon keeps them, in batches. The pulses of one second get a ms each, the same
 * ones however many more come later, so that an import can be repeated while the file grows.
 */
export function* pulseBatches(seconds: Iterable<Ticks>, nowMs: number): Generator<PulseBatch> {
    let batch = emptyBatch()
    let beforeS: number | undefined
    for (const { epochS, ticks } of seconds) {
        batch.rows += ticks
        if (epochS < OLDEST_S || epochS * 1000 > nowMs) {
            batch.leftOut += ticks
            continue
        }
        const taken = Math.min(ticks, MAX_PULSES_A_SECOND)
        batch.leftOut += ticks - taken
        for (let at = 0; at < taken; at++) batch.timesMs.push(epochS * 1000 + at)
        const slotS = epochS - (epochS % SLOT_S)
        if (beforeS !== undefined && slotS - beforeS <= LONGEST_SILENCE_S)
            for (let startS = beforeS + SLOT_S; startS < slotS; startS += SLOT_S)
                batch.silences.push({ startS, seconds: SLOT_S, count: 0 })
        beforeS = slotS
        if (batch.timesMs.length < BATCH_PULSES && batch.silences.length < BATCH_SLOTS) continue
        yield batch
        batch = emptyBatch()
    }
    yield batch
}

function emptyBatch(): PulseBatch {
    return { timesMs: [], silences: [], leftOut: 0, rows: 0 }
}

/** Time that single pulses tell of, Unix s; undefined without any. */
export type PulseSpan = { fromS: number; toS: number } | undefined

/**
 * What an interval table says of time before the single pulses. Rows that reach beyond the last pulse are
 * left out: the table may be older than the file's newest pulses. Every row holds its interval whole.
 */
export function* intervalReadings(
    rows: Iterable<Ticks>,
    seconds: number,
    { pulses, nowMs }: { pulses: PulseSpan; nowMs: number }
): Generator<{ reading?: Reading; ticks: number }> {
    for (const { epochS, ticks } of rows) {
        const startS = Math.floor(epochS / seconds) * seconds
        const endS = startS + seconds
        const isPossible =
            seconds % SLOT_S === 0 &&
            startS >= OLDEST_S &&
            endS * 1000 <= nowMs &&
            ticks >= 0 &&
            ticks <= seconds * MAX_PULSES_A_SECOND
        if (!isPossible) yield { ticks: Math.max(0, ticks) }
        else if (!pulses || (startS < pulses.fromS && endS <= pulses.toS))
            yield { reading: { startS, seconds, count: ticks }, ticks }
    }
}
