import {
    closeSync,
    ftruncateSync,
    openSync,
    readFileSync,
    statSync,
    writeFileSync,
    writeSync,
} from "node:fs"
import { join } from "node:path"
import Sqlite from "better-sqlite3"
import { expect, onTestFinished, test } from "vitest"
import { createSecretBox } from "../../../server/auth/secret-box.js"
import { MIGRATIONS, migrate, pendingMigrations } from "../../../server/store/migrate.js"
import { openSqliteStore } from "../../../server/store/sqlite.js"
import { DEVICE_ID, makeHello, makeTempDir, START_MS, seededBytes } from "../helpers.js"

const secretBox = createSecretBox(Buffer.alloc(32, 1), seededBytes("box"))
const NEXT = { name: "999-next", sql: "ALTER TABLE devices ADD COLUMN note TEXT" }
const BROKEN = {
    name: "999-broken",
    sql: "ALTER TABLE devices ADD COLUMN note TEXT; INSERT INTO nowhere VALUES (1)",
}

async function makeDatabase(): Promise<string> {
    const file = join(makeTempDir(), "meterbeat.db")
    const store = await openSqliteStore({ file, secretBox })
    store.createDevice(DEVICE_ID, Buffer.alloc(32, 7), "Cellar")
    store.ingest([{ kind: "hello", deviceId: DEVICE_ID, nowMs: START_MS, hello: makeHello() }])
    store.close()
    return file
}

function openRaw(file: string) {
    const db = new Sqlite(file)
    onTestFinished(() => void db.close())
    return db
}

test("a later step changes an existing database and keeps its data", async () => {
    const db = openRaw(await makeDatabase())
    await migrate(db, [...MIGRATIONS, NEXT])
    expect(db.prepare("SELECT name, note FROM devices").all()).toEqual([
        { name: "Cellar", note: null },
    ])
    expect(pendingMigrations(db, [...MIGRATIONS, NEXT])).toEqual([])
})

test("a step that fails leaves the database as it was", async () => {
    const db = openRaw(await makeDatabase())
    await expect(migrate(db, [...MIGRATIONS, BROKEN])).rejects.toThrow("nowhere")
    expect(db.pragma("table_info(devices)")).toHaveLength(4)
    expect(pendingMigrations(db)).toEqual([])
})

test("a database of a newer program is refused and left alone", async () => {
    const file = await makeDatabase()
    const db = openRaw(file)
    await migrate(db, [...MIGRATIONS, NEXT])
    await expect(openSqliteStore({ file, secretBox })).rejects.toMatchObject({
        code: "database_newer",
    })
})

test("a database of an older program is not changed by a read-only server", async () => {
    const file = join(makeTempDir(), "meterbeat.db")
    openRaw(file).exec("CREATE TABLE migrations (name TEXT PRIMARY KEY)")
    await expect(openSqliteStore({ file, secretBox, readOnly: true })).rejects.toMatchObject({
        code: "database_older",
    })
})

test.each([
    [
        "text instead of a database",
        (file: string) => writeFileSync(file, "not a database at all ".repeat(100)),
    ],
    [
        "a file cut in half",
        (file: string) => {
            const handle = openSync(file, "r+")
            ftruncateSync(handle, Math.floor(statSync(file).size / 8192) * 4096)
            closeSync(handle)
        },
    ],
    [
        "noise in the middle",
        (file: string) => {
            const handle = openSync(file, "r+")
            for (let at = 1; at < statSync(file).size / 4096; at++)
                writeSync(handle, Buffer.alloc(2000, 0xa5), 0, 2000, at * 4096)
            closeSync(handle)
        },
    ],
])("%s is called damaged and left alone", async (_name, damage) => {
    const file = await makeDatabase()
    damage(file)
    const before = readFileSync(file)
    await expect(openSqliteStore({ file, secretBox })).rejects.toMatchObject({
        code: "database_damaged",
    })
    expect(readFileSync(file).equals(before)).toBe(true)
})

test("a database that another program is writing is called locked", {
    timeout: 15_000,
}, async () => {
    const file = await makeDatabase()
    const db = openRaw(file)
    db.pragma("locking_mode = EXCLUSIVE")
    db.exec("BEGIN EXCLUSIVE")
    await expect(openSqliteStore({ file, secretBox })).rejects.toMatchObject({
        code: "database_locked",
    })
})

test("device keys are not in the file, and another key file cannot read them", async () => {
    const file = join(makeTempDir(), "meterbeat.db")
    const key = seededBytes("device")(32)
    const store = await openSqliteStore({ file, secretBox })
    store.createDevice(DEVICE_ID, key, "Cellar")
    store.close()
    expect(readFileSync(file).includes(key)).toBe(false)
    const otherBox = createSecretBox(Buffer.alloc(32, 2), seededBytes("other"))
    const other = await openSqliteStore({ file, secretBox: otherBox })
    onTestFinished(() => other.close())
    expect(() => other.deviceKey(DEVICE_ID)).toThrow()
})
