import type { Database } from "better-sqlite3"
import type { AuditEntry } from "../auth/audit.js"
import type { PeopleStore } from "./people-store.js"

/** Entries kept; the oldest go. */
const MAX_ENTRIES = 100_000

type AuditQueries = Pick<PeopleStore, "addAuditEntry" | "auditEntries" | "auditOf">
type Row = Omit<AuditEntry, "details"> & { id: number; atMs: number; details: string }

export function auditQueries(db: Database): AuditQueries {
    const add = db.prepare(
        `INSERT INTO audit_log (at_ms, actor, address, action, home_id, details)
         VALUES (@atMs, @actor, @address, @action, @homeId, @details)`
    )
    const prune = db.prepare(
        `DELETE FROM audit_log WHERE id <= (SELECT max(id) FROM audit_log) - ${MAX_ENTRIES}`
    )
    const columns = "id, at_ms AS atMs, actor, address, action, home_id AS homeId, details"
    const list = db.prepare<object, Row>(
        `SELECT ${columns} FROM audit_log WHERE (@homeId IS NULL OR home_id = @homeId) AND id < @beforeId
         ORDER BY id DESC LIMIT @limit`
    )
    const ofActor = db.prepare<object, Row>(
        `SELECT ${columns} FROM audit_log
         WHERE actor = @user OR actor = 'token of ' || @user ORDER BY id`
    )
    const toEntry = (row: Row) => ({ ...row, details: JSON.parse(row.details) })
    return {
        addAuditEntry: db.transaction((entry: AuditEntry & { atMs: number }) => {
            add.run({ ...entry, details: JSON.stringify(entry.details) })
            prune.run()
        }).immediate,
        auditEntries: query => list.all(query).map(toEntry),
        auditOf: user => ofActor.all({ user }).map(toEntry),
    }
}
