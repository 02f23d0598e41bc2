import type { Database } from "better-sqlite3"
import { isClampKind, KIND_LIGHT, KIND_PULSE } from "../../src/wire/channels.js"
import { type DeviceEvent, WHOLE_DEVICE } from "../../src/wire/event.js"
import type { Hello } from "../../src/wire/hello.js"
import type { WaveformPiece } from "../../src/wire/waveform.js"
import { IngestBatch, prepareIngest } from "./ingest-batch.js"
import { LOCK_WAIT_MS, waitForLocks } from "./sqlite-open.js"
import { storePiece } from "./sqlite-waveforms.js"
import type { IngestItem, IngestResult, Store } from "./store.js"
import { storeFailureOf } from "./store-failure.js"
import { dateOf, isFarAhead, refused, storeMains, storePulses, UNDATED } from "./store-report.js"

export function ingestQueries(db: Database): Pick<Store, "ingest"> {
    const statements = prepareIngest(db)
    const run = db.transaction((items: IngestItem[]) => {
        const batch = new IngestBatch(statements)
        const results = items.map(item => storeItem(batch, item))
        batch.flush()
        return results
    })
    return {
        ingest: items => {
            // a rollback that failed would make of the next commit a savepoint that is never committed
            if (db.inTransaction) db.exec("ROLLBACK")
            try {
                const results = run.immediate(items)
                waitForLocks(db, LOCK_WAIT_MS)
                return results
            } catch (error) {
                // the first waits, those after it would only hold up everything else
                if (storeFailureOf(error) === "database_locked") waitForLocks(db, 0)
                throw error
            }
        },
    }
}

function storeItem(batch: IngestBatch, item: IngestItem): IngestResult {
    const { deviceId, nowMs } = item
    switch (item.kind) {
        case "hello":
            return storeHello(batch, deviceId, item.hello, nowMs)
        case "report":
            return storePulses(batch, deviceId, item.report, nowMs)
        case "mains":
            return storeMains(batch, deviceId, item.report, nowMs)
        case "event":
            return addEvent(batch, deviceId, item.event, nowMs)
        case "waveform":
            return addPiece(batch, deviceId, item.piece)
    }
}

function storeHello(
    batch: IngestBatch,
    deviceId: string,
    hello: Hello,
    nowMs: number
): IngestResult {
    batch.setBoard(deviceId, hello.board)
    const boot = batch.boot(deviceId, hello.bootId)
    // the first hello of a boot dates it; a later one would shift the reports still to come
    if (boot.uptimeBaseMs === null) batch.setUptimeBase(boot, nowMs - hello.uptimeMs)
    hello.kinds.forEach((kind, number) => {
        batch.announceChannel(deviceId, number, kind, defaultName(kind, number))
    })
    return { outcome: "known" }
}

function defaultName(kind: number, number: number): string {
    if (kind === KIND_LIGHT) return `Electricity ${number + 1}`
    if (kind === KIND_PULSE) return `Pulse ${number + 1}`
    if (isClampKind(kind)) return `Mains ${number + 1}`
    return `Channel ${number + 1}`
}

function addEvent(
    batch: IngestBatch,
    deviceId: string,
    event: DeviceEvent,
    nowMs: number
): IngestResult {
    const boot = batch.boot(deviceId, event.bootId)
    const startMs = dateOf(boot, event)
    if (startMs === undefined) return refused(UNDATED)
    const channel =
        event.channel === WHOLE_DEVICE ? undefined : batch.channel(deviceId, event.channel)
    if (event.channel !== WHOLE_DEVICE && !channel)
        return refused(`channel ${event.channel} was never announced by a hello`)
    // a wrong clock must not keep an event on top of the list
    const beganMs = isFarAhead(startMs, nowMs) ? nowMs : startMs
    const stored = batch.addEvent(
        boot,
        { deviceId, channelId: channel?.id ?? null, beganMs },
        event
    )
    return stored ? { outcome: "happened", event: stored } : { outcome: "known" }
}

function addPiece(batch: IngestBatch, deviceId: string, piece: WaveformPiece): IngestResult {
    const channel = batch.channel(deviceId, piece.channel)
    if (!channel) return refused(`channel ${piece.channel} was never announced by a hello`)
    const boot = batch.boot(deviceId, piece.bootId)
    const startedMs = dateOf(boot, piece)
    if (startedMs === undefined) return refused(UNDATED)
    const where = { boot: boot.id, channel: channel.id, startedMs }
    storePiece(batch.statements.waveforms, where, piece)
    return { outcome: "known" }
}
