import type { Database } from "better-sqlite3"
import type { WaveformPiece } from "../../src/wire/waveform.js"
import type { Store, WaveformInfo } from "./store.js"
import {
    emptyCodes,
    isComplete,
    placePiece,
    readCodes,
    type WaveformCodes,
} from "./waveform-assembler.js"

/** Pieces dated before the first time sync are dated one by one, while the clock still settles. */
const SAME_WAVEFORM_MS = 500
/** Of a channel; older ones go. */
const MAX_KEPT = 200

const INFO_COLUMNS = `waveforms.id, waveforms.channel AS channelId, started_ms AS startedMs, cause,
    sample_ns AS sampleNs, length(voltage) / 2 AS samples, is_complete AS isComplete`

interface SameQuery {
    boot: number
    channel: number
    startedMs: number
    samples: number
}

type InfoRow = Omit<WaveformInfo, "isComplete"> & { isComplete: number }

export function prepareWaveforms(db: Database) {
    return {
        same: db.prepare<SameQuery, { id: number } & WaveformCodes>(
            `SELECT id, voltage, current FROM waveforms
             WHERE boot = @boot AND channel = @channel AND length(voltage) = 2 * @samples
                 AND started_ms BETWEEN @startedMs - ${SAME_WAVEFORM_MS}
                     AND @startedMs + ${SAME_WAVEFORM_MS}
             ORDER BY abs(started_ms - @startedMs) LIMIT 1`
        ),
        add: db.prepare(
            `INSERT INTO waveforms (boot, channel, started_ms, cause, sample_ns, voltage, current,
                 is_complete)
             VALUES (@boot, @channel, @startedMs, @cause, @sampleNs, @voltage, @current, @isComplete)`
        ),
        removeOld: db.prepare<[number]>(
            `DELETE FROM waveforms WHERE id IN (
                 SELECT id FROM waveforms WHERE channel = ?
                 ORDER BY started_ms DESC, id DESC LIMIT -1 OFFSET ${MAX_KEPT})`
        ),
        save: db.prepare(
            `UPDATE waveforms SET voltage = @voltage, current = @current, is_complete = @isComplete
             WHERE id = @id`
        ),
    }
}

/** Puts a piece into its waveform, which the first piece to come makes. */
export function storePiece(
    statements: ReturnType<typeof prepareWaveforms>,
    where: { boot: number; channel: number; startedMs: number },
    piece: WaveformPiece
): void {
    const { samples, cause, sampleNs } = piece
    const same = statements.same.get({ ...where, samples })
    const codes = same ?? emptyCodes(samples)
    placePiece(codes, piece)
    const row = { ...codes, isComplete: isComplete(codes) ? 1 : 0 }
    if (same) {
        statements.save.run(row)
        return
    }
    statements.add.run({ ...row, ...where, cause, sampleNs })
    statements.removeOld.run(where.channel)
}

export function waveformQueries(db: Database): Pick<Store, "waveforms" | "waveform"> {
    const list = db.prepare<[number], InfoRow>(
        `SELECT ${INFO_COLUMNS} FROM waveforms WHERE channel = ?
         ORDER BY started_ms DESC, id DESC`
    )
    const one = db.prepare<[number], InfoRow & WaveformCodes>(
        `SELECT ${INFO_COLUMNS}, voltage, current FROM waveforms WHERE id = ?`
    )
    return {
        waveforms: channelId =>
            list.all(channelId).map(row => ({ ...row, isComplete: row.isComplete === 1 })),
        waveform(id) {
            const row = one.get(id)
            return (
                row && {
                    ...row,
                    isComplete: row.isComplete === 1,
                    voltage: readCodes(row.voltage),
                    current: readCodes(row.current),
                }
            )
        },
    }
}
