import Sqlite, { type Database } from "better-sqlite3"
import { belongingsOf } from "./belongings.js"
import type { ErasureStore, ExportedRow, Owned } from "./erasure-store.js"

/** What opens something stays here: an export is no way to it. */
const SECRET_COLUMNS = ["sealed_key", "hash", "password_hash"]

export function erasureQueries(db: Database): ErasureStore {
    const forgetActor = db.prepare(
        "UPDATE audit_log SET actor = NULL, address = NULL, details = '{}' WHERE actor = @user OR actor = 'token of ' || @user"
    )
    const forgetCalibrator = db.prepare("UPDATE calibrations SET user = 'somebody' WHERE user = ?")
    const forgetHome = db.prepare("DELETE FROM audit_log WHERE home_id = ?")
    const release = db.prepare("UPDATE devices SET home_id = NULL, name = id WHERE id = ?")
    const sensorsOf = db
        .prepare<object, number>(
            `SELECT id FROM sensors WHERE device_id = @id OR id IN (
                 SELECT sensor FROM sensor_channels JOIN channels ON channels.id = channel
                 WHERE channels.device_id = @id)`
        )
        .pluck()
    const isEmpty = db
        .prepare<[number], number>(
            "SELECT NOT EXISTS (SELECT 1 FROM sensor_channels WHERE sensor = ?)"
        )
        .pluck()
    const removeSensor = db.prepare("DELETE FROM sensors WHERE id = ?")
    const clearBoot = db.prepare("UPDATE devices SET boot = NULL WHERE id = ?")

    const eraseRows = (root: Owned, key: string | number, keepsRoot = false) => {
        // in which order is left to no table: all of it is checked at the commit
        db.pragma("defer_foreign_keys = ON")
        for (const { table, condition } of belongingsOf(db, root))
            if (table !== root || !keepsRoot)
                db.prepare(`DELETE FROM ${table} WHERE ${condition}`).run({ key })
    }
    const eraseDevice = (id: string, keepsDevice: boolean) => {
        const sensors = sensorsOf.all({ id })
        clearBoot.run(id)
        eraseRows("devices", id, keepsDevice)
        // a sensor that added up nothing else has no meaning any more
        for (const sensor of sensors) if (isEmpty.get(sensor) === 1) removeSensor.run(sensor)
    }
    return {
        eraseDevice: db.transaction((id: string) => eraseDevice(id, false)).immediate,
        releaseDevice: db.transaction((id: string) => {
            eraseDevice(id, true)
            release.run(id)
        }).immediate,
        eraseHome: db.transaction((id: number) => {
            eraseRows("homes", id)
            forgetHome.run(id)
        }).immediate,
        eraseUser: db.transaction((user: string) => {
            forgetActor.run({ user })
            forgetCalibrator.run(user)
            eraseRows("users", user)
        }).immediate,
        exportRows: (root, key) => readRows(db, root, key),
    }
}

/** Row by row from one moment of the database, however long the reader takes. */
function* readRows(db: Database, root: Owned, key: string | number): Generator<ExportedRow> {
    const isShared = db.memory
    const reader = isShared ? db : new Sqlite(db.name, { readonly: true })
    try {
        if (!isShared) reader.exec("BEGIN")
        for (const { table, condition } of belongingsOf(reader, root)) {
            const rows = reader.prepare<object, Record<string, unknown>>(
                `SELECT * FROM ${table} WHERE ${condition}`
            )
            // in memory there is one connection, which others need between two rows
            for (const row of isShared ? rows.all({ key }) : rows.iterate({ key }))
                yield { table, row: toPlain(row) }
        }
    } finally {
        if (!isShared) reader.close()
    }
}

function toPlain(row: Record<string, unknown>): Record<string, unknown> {
    const told = Object.entries(row).filter(([name]) => !SECRET_COLUMNS.includes(name))
    return Object.fromEntries(
        told.map(([name, value]) => [
            name,
            Buffer.isBuffer(value) ? { base64: value.toString("base64") } : value,
        ])
    )
}
