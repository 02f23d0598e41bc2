import { join } from "node:path"
import Sqlite, { type Database } from "better-sqlite3"
import { makeTempDir } from "../../helpers.js"

/** The tables of emon-server (seed-protocols 1.5). */
const SCHEMA = `
CREATE TABLE \`meter\` (
  \`id\` INTEGER PRIMARY KEY,
  \`created\` NUMERIC NOT NULL,
  \`updated\` NUMERIC NOT NULL,
  \`location\` TEXT NOT NULL,
  \`description\` TEXT NOT NULL,
  \`ipu\` INTEGER DEFAULT 0
);
INSERT INTO meter VALUES (21, '2016-10-01 08:00:00', '2016-10-02 09:00:00', '4813CT, 1', 'Main E-meter', 246);
INSERT INTO meter VALUES (24, '2016-10-01 08:00:00', '2016-10-02 09:00:00', '4813CT, 1', 'PV cells E-meter', 0);
CREATE TABLE \`measurement\` (
  \`id\` INTEGER PRIMARY KEY,
  \`epoch\` NUMERIC NOT NULL,
  \`m_id\` INTEGER NOT NULL,
  FOREIGN KEY (\`m_id\`) REFERENCES \`meter\`(\`id\`) ON UPDATE CASCADE
);
CREATE TABLE \`user\` (\`id\` INTEGER PRIMARY KEY, \`username\` TEXT NOT NULL, \`password\` TEXT NOT NULL, \`role\` TEXT NOT NULL);
`

/** A database as emon makes it; `change` may do anything to it. */
export function emonDatabase(change: (db: Database) => void, schema = SCHEMA): string {
    const file = join(makeTempDir(), "emon.db")
    changeDatabase(file, db => {
        db.exec(schema)
        change(db)
    })
    return file
}

export function changeDatabase(file: string, change: (db: Database) => void): void {
    const db = new Sqlite(file)
    db.pragma("foreign_keys = OFF")
    db.transaction(change)(db)
    db.close()
}

/** Rows as the logger writes them, one a pulse. */
export function addPulses(db: Database, meter: number, epochsS: (number | string)[]): void {
    const insert = db.prepare("INSERT INTO measurement (epoch, m_id) VALUES (?, ?)")
    for (const epochS of epochsS) insert.run(epochS, meter)
}

/** An interval table, filled by the statement that emoncollect fills it with (1.5). */
export function collect(db: Database, meter: number, seconds: number): void {
    const name = `emon_${meter}_${seconds}`
    db.exec(`CREATE TABLE ${name} (
        id INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, ticks INTEGER NOT NULL, m_id INTEGER NOT NULL,
        FOREIGN KEY (\`m_id\`) REFERENCES meter(\`id\`) ON DELETE CASCADE);
        INSERT INTO ${name} (epoch, ticks, m_id)
            SELECT epoch, count(epoch), m_id FROM measurement WHERE m_id = ${meter}
            GROUP BY (epoch / ${seconds}) ORDER BY epoch`)
}
