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
import { storePage } from "./store-page.js"
import { storeMains, storePulses } from "./store-report.js"
import { dateOf, isFarAhead, refused, UNDATED } from "./timing.js"

export function ingestQueries(db: Database): Pick<Store, "ingest"> {
    const batch = new IngestBatch(prepareIngest(db))
    const witness = new ChangeWitness(db)
    const run = db.transaction((items: IngestItem[]) => {
        if (witness.hasChanged()) batch.forget()
        const results = items.map(item => storeItem(batch, item))
        batch.flush()
        witness.note()
        return results
    })
    let isWaiting = true
    const wait = (waits: boolean) => {
        if (waits === isWaiting) return
        isWaiting = waits
        waitForLocks(db, waits ? LOCK_WAIT_MS : 0)
    }
    return {
        ingest: items => {
            // a rollback that failed would make of the next commit a savepoint that is never committed
            if (db.inTransaction) db.exec("ROLLBACK")
            try {
                const results = run.immediate(items)
                wait(true)
                return results
            } catch (error) {
                // what the failed transaction left in memory is not in the database
                batch.forget()
                // the first waits, those after it would only hold up everything else
                if (storeFailureOf(error) === "database_locked") wait(false)
                throw error
            }
        },
    }
}

/** Sees whether anybody but ingest wrote to the database, so that what ingest remembers is not true any more. */
class ChangeWitness {
    private readonly state
    private seen = ""

    constructor(db: Database) {
        // rows changed on this connection, and a number that changes with a commit on another
        this.state = [
            db.prepare<[], number>("SELECT total_changes()").pluck(),
            db.prepare<[], number>("PRAGMA data_version").pluck(),
        ]
    }

    hasChanged(): boolean {
        return this.read() !== this.seen
    }

    note(): void {
        this.seen = this.read()
    }

    private read(): string {
        return this.state.map(query => query.get()).join(" ")
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
        case "page":
            return storePage(batch, deviceId, item.page, nowMs)
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
    const boot = batch.boot(deviceId, hello.bootId)
    batch.setBoot(deviceId, hello.board, boot)
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
