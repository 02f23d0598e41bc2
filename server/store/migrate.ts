import type { Database } from "better-sqlite3"
import { Umzug } from "umzug"
import { AppError } from "../errors.js"
import { FIRST } from "./migrations/001-first.js"
import { SETTINGS } from "./migrations/002-settings.js"
import { MAINS } from "./migrations/003-mains.js"
import { COUNTS } from "./migrations/004-counts.js"
import { RETENTION } from "./migrations/005-retention.js"
import { FLASH } from "./migrations/006-flash.js"
import { PEOPLE } from "./migrations/007-people.js"

export interface Migration {
    name: string
    sql: string
}

/** Every step of the schema, in order; a step is never changed once released. */
export const MIGRATIONS: Migration[] = [FIRST, SETTINGS, MAINS, COUNTS, RETENTION, FLASH, PEOPLE]

/** Brings the schema up to date. Throws AppError `database_newer` before it changes anything. */
export async function migrate(db: Database, migrations = MIGRATIONS): Promise<void> {
    if (pendingMigrations(db, migrations).length === 0) return
    db.exec("CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID")
    const log = db.prepare("INSERT OR IGNORE INTO migrations (name) VALUES (?)")
    const umzug = new Umzug({
        migrations: migrations.map(({ name, sql }) => ({
            name,
            // the step and its record commit together, so a crash between cannot run it twice
            up: async () =>
                db.transaction(() => {
                    db.exec(sql)
                    log.run(name)
                })(),
        })),
        storage: {
            logMigration: async ({ name }) => void log.run(name),
            unlogMigration: async () => {
                throw new Error("Migrations only go forward.")
            },
            executed: async () => executedMigrations(db),
        },
        logger: undefined,
    })
    await umzug.up()
}

/** Names of the steps still to run. Throws AppError `database_newer`. */
export function pendingMigrations(db: Database, migrations = MIGRATIONS): string[] {
    const executed = executedMigrations(db)
    const names = migrations.map(migration => migration.name)
    if (executed.some(name => !names.includes(name)))
        throw new AppError(
            "database_newer",
            "The database was written by a newer Meterbeat: start that version, or restore a backup made with this one."
        )
    return names.filter(name => !executed.includes(name))
}

function executedMigrations(db: Database): string[] {
    const hasTable = db
        .prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migrations'")
        .get()
    if (!hasTable) return []
    const rows = db.prepare<[], { name: string }>("SELECT name FROM migrations ORDER BY name").all()
    return rows.map(row => row.name)
}
