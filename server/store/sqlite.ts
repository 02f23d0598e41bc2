import { statSync } from "node:fs"
import type { Database } from "better-sqlite3"
import type { SecretBox } from "../auth/secret-box.js"
import { AppError } from "../errors.js"
import { migrate, pendingMigrations } from "./migrate.js"
import { poorSpanQueries } from "./poor-spans.js"
import { channelQueries } from "./sqlite-channels.js"
import { deviceQueries } from "./sqlite-devices.js"
import { discrepancyQueries } from "./sqlite-discrepancies.js"
import { eventQueries } from "./sqlite-events.js"
import { foreignQueries } from "./sqlite-foreign.js"
import { ingestQueries } from "./sqlite-ingest.js"
import { mainsQueries } from "./sqlite-mains.js"
import { nowQueries } from "./sqlite-now.js"
import { LOCK_WAIT_MS, openDatabase, waitForLocks } from "./sqlite-open.js"
import { peopleQueries } from "./sqlite-people.js"
import { retentionQueries } from "./sqlite-retention.js"
import { sensorQueries } from "./sqlite-sensors.js"
import { seriesQueries } from "./sqlite-series.js"
import { settingsQueries } from "./sqlite-settings.js"
import { waveformQueries } from "./sqlite-waveforms.js"
import type { Store } from "./store.js"

export interface SqliteOptions {
    /** Path, or `:memory:`. */
    file: string
    /** Seals the device keys. */
    secretBox: SecretBox
    readOnly?: boolean
}

/** Opens the embedded store, made or brought up to date. Throws AppError with one sentence. */
export async function openSqliteStore(options: SqliteOptions): Promise<Store> {
    const readOnly = options.readOnly ?? false
    const db = openDatabase(options.file, readOnly)
    try {
        if (!readOnly) await migrate(db)
        else if (pendingMigrations(db).length > 0)
            throw new AppError(
                "database_older",
                "The database is of an older version: start once without --read-only to update it."
            )
        // people may sign in to a read-only server; this table hides the stored one
        if (readOnly) db.exec("CREATE TEMP TABLE sessions AS SELECT * FROM main.sessions")
        waitForLocks(db, LOCK_WAIT_MS)
        return storeOn(db, options.secretBox)
    } catch (error) {
        db.close()
        throw error
    }
}

/** The store on a database whose schema is up to date. */
export function storeOn(db: Database, secretBox: SecretBox): Store {
    return {
        ...deviceQueries(db, secretBox),
        ...channelQueries(db),
        ...ingestQueries(db),
        ...nowQueries(db),
        ...seriesQueries(db),
        ...mainsQueries(db),
        ...poorSpanQueries(db),
        ...discrepancyQueries(db),
        ...eventQueries(db),
        ...waveformQueries(db),
        ...settingsQueries(db),
        ...sensorQueries(db),
        ...retentionQueries(db),
        ...foreignQueries(db, secretBox),
        ...peopleQueries(db),
        logBytes: logBytes(db),
        checkWritable: checkWritable(db),
        close: () => db.close(),
    }
}

function checkWritable(db: Database): () => void {
    const touch = db.prepare("UPDATE migrations SET name = name")
    return db.transaction(() => void touch.run()).immediate
}

function logBytes(db: Database): () => number {
    const file = `${db.name}-wal`
    return () => statSync(file, { throwIfNoEntry: false })?.size ?? 0
}
