import type { Database } from "better-sqlite3"
import type { SecretBox } from "../auth/secret-box.js"
import type { ForeignStore, Reading, ReadingsResult, SlotRun } from "./foreign-store.js"
import { addCountedPulses, preparePulseHours, readPulses } from "./pulse-hours-batch.js"
import { prepareReadings, ReadingBatch, readPieces } from "./reading-batch.js"
import { SLOT_S } from "./slot-batch.js"
import { foreignDeviceQueries } from "./sqlite-foreign-devices.js"
import { noteQueries } from "./sqlite-notes.js"
import { RESOLUTION_SECONDS } from "./store.js"
import { type CountedPiece, cutAt, endOf } from "./timeline.js"
import { isFarAhead } from "./timing.js"

const DAY_S = RESOLUTION_SECONDS.day

export function foreignQueries(db: Database, secretBox: SecretBox): ForeignStore {
    const statements = prepareReadings(db)
    const hours = preparePulseHours(db)
    const storeReadings = db.transaction(
        (channelId: number, readings: Reading[], nowMs: number): ReadingsResult => {
            const result = { stored: 0, known: 0, conflicting: 0, ahead: 0 }
            const batch = new ReadingBatch(statements, channelId)
            const pieces = readings.flatMap(reading => toPieces(reading))
            const due = pieces.filter(piece => !isFarAhead(endOf(piece) * 1000, nowMs))
            result.ahead = pieces.length - due.length
            for (const group of groupByTime(due)) {
                const timeline = batch.timeline(group[0].startS, Math.max(...group.map(endOf)))
                // the finest first, so that longer ones tell what is left
                for (const piece of group.sort((a, b) => a.seconds - b.seconds)) {
                    const { outcome, added } = timeline.place(piece)
                    for (const each of added) batch.add(each)
                    result[outcome]++
                }
            }
            batch.flush()
            return result
        }
    )
    const storePulses = db.transaction(
        (channelId: number, epochsMs: number[], nowMs: number): ReadingsResult => {
            const due = epochsMs.filter(atMs => !isFarAhead(atMs, nowMs))
            const batch = new ReadingBatch(statements, channelId)
            const stored = addCountedPulses(hours, channelId, due, batch)
            batch.flush()
            const ahead = epochsMs.length - due.length
            return { stored, known: due.length - stored, conflicting: 0, ahead }
        }
    )
    const saveState = db.prepare("UPDATE devices SET receiver_state = ? WHERE id = ?")
    const addSlots = db.transaction(
        (deviceId: string, channelId: number, run: SlotRun, state: string) => {
            const batch = new ReadingBatch(statements, channelId)
            batch.addRun(run)
            batch.flush()
            saveState.run(state, deviceId)
        }
    )
    return {
        ...foreignDeviceQueries(db, secretBox),
        ...noteQueries(db),
        addSlots: (deviceId, channelId, run, state) =>
            addSlots.immediate(deviceId, channelId, run, state),
        readings: (channelId, fromMs, toMs) =>
            readPieces(
                statements,
                channelId,
                Math.floor(fromMs / 1000),
                Math.ceil(toMs / 1000)
            ).map(({ startS, seconds, count }) => ({ startS, seconds, count })),
        storeReadings: (channelId, readings, nowMs) =>
            storeReadings.immediate(channelId, readings, nowMs),
        storePulses: (channelId, epochsMs, nowMs) =>
            storePulses.immediate(channelId, epochsMs, nowMs),
        pulseTimes: (channelId, fromMs, toMs) => readPulses(hours, channelId, fromMs, toMs),
    }
}

/** Throws RangeError for what is off the grid or no count. */
function toPieces({ startS, seconds, count }: Reading): CountedPiece[] {
    if (startS < 0 || seconds <= 0 || startS % SLOT_S !== 0 || seconds % SLOT_S !== 0)
        throw new RangeError("a reading must start on a multiple of 5 s and last some of them")
    if (count === null) return []
    if (!Number.isSafeInteger(count) || count < 0)
        throw new RangeError("a reading's count must be a whole number from 0")
    return cutAt({ startS, seconds, count }, atS => atS + DAY_S)
}

/** Groups that start within a day, so that what is read for each has a bound. */
function groupByTime(pieces: CountedPiece[]): CountedPiece[][] {
    const groups: CountedPiece[][] = []
    for (const piece of pieces.sort((a, b) => a.startS - b.startS)) {
        const group = groups.at(-1)
        if (group && piece.startS < group[0].startS + DAY_S) group.push(piece)
        else groups.push([piece])
    }
    return groups
}
