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
import { FIRST } from "../../../server/store/migrations/001-first.js"
import { openSqliteStore } from "../../../server/store/sqlite.js"
import { DEVICE_ID, makeHello, makeReport, makeTempDir, START_MS, seededBytes } from "../helpers.js"

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

test("a database from before mains keeps its channels, counts and sums", async () => {
    const file = join(makeTempDir(), "meterbeat.db")
    const before = openRaw(file)
    await migrate(before, [FIRST])
    before.exec(`
        INSERT INTO devices VALUES ('${DEVICE_ID}', 'Cellar', x'00', NULL);
        INSERT INTO boots VALUES (1, '${DEVICE_ID}', 1, ${START_MS});
        INSERT INTO channels (id, device_id, number, name, kind, total_count)
            VALUES (1, '${DEVICE_ID}', 0, 'Meter', 0, 20);
        INSERT INTO boot_counts VALUES (1, 1, 20);
        INSERT INTO sums VALUES (1, 60, ${START_MS / 1000}, 20, 50);
    `)
    before.close()
    const store = await openSqliteStore({ file, secretBox })
    onTestFinished(() => store.close())
    const report = makeReport({ sequence: 5, countSinceBoot: 30, startMs: START_MS + 50_000 })
    const item = { kind: "report" as const, deviceId: DEVICE_ID, nowMs: START_MS, report }
    expect(store.ingest([item])[0].outcome).toBe("stored")
    expect(store.now(0)[0]).toMatchObject({ totalCount: 30, totalOutCount: 0, mains: null })
    expect(store.series(1, START_MS, START_MS + 120_000, "minute").counts).toEqual([24, 16])
})

test("a database of report numbers knows its repeats, and adds counts of slots", async () => {
    const file = join(makeTempDir(), "meterbeat.db")
    const before = openRaw(file)
    await migrate(before, MIGRATIONS.slice(0, 3))
    before.exec(`
        INSERT INTO devices (id, name, sealed_key) VALUES ('${DEVICE_ID}', 'Cellar', x'00');
        INSERT INTO boots VALUES (1, '${DEVICE_ID}', 1, ${START_MS});
        INSERT INTO channels (id, device_id, number, name, kind, total_count, placed_count)
            VALUES (1, '${DEVICE_ID}', 0, 'Meter', 0, 100, 75);
        INSERT INTO boot_counts VALUES (1, 1, 100, 0);
        INSERT INTO seq_ranges VALUES (1, 1, 0, 3), (1, 1, 5, 5);
        INSERT INTO coarse_slots VALUES (1, ${START_MS / 1000}, 300, 15);
        INSERT INTO sums VALUES (1, 900, ${START_MS / 1000}, 15, 300);
    `)
    before.close()
    const store = await openSqliteStore({ file, secretBox })
    onTestFinished(() => store.close())
    const old = (sequence: number, countSinceBoot: number) => ({
        kind: "report" as const,
        deviceId: DEVICE_ID,
        nowMs: START_MS,
        report: makeReport({ version: 1, sequence, countSinceBoot, startMs: START_MS + 900_000 }),
    })
    const results = store.ingest([old(3, 80), old(5, 100), old(4, 80), old(6, 120), old(6, 120)])
    expect(results.map(({ outcome }) => outcome)).toEqual([
        "known",
        "known",
        "stored",
        "stored",
        "known",
    ])
    const report = makeReport({ bootId: 2, startMs: START_MS + 1_800_000 })
    store.ingest([{ kind: "report", deviceId: DEVICE_ID, nowMs: START_MS, report }])
    expect(store.now(0)[0]).toMatchObject({ totalCount: 140, unplacedCount: 5 })
    const { counts } = store.series(1, START_MS, START_MS + 2_700_000, "quarter")
    expect(counts).toEqual([15, 40, 20])
    expect(store.series(1, START_MS, START_MS + 1, "minute").counts).toEqual([3])
    // of the 25 pulses without a place, the late report had 20
    expect(store.discrepancies(1)?.discrepancies).toEqual([
        expect.objectContaining({ reason: "earlier_version", bootId: null, count: 5 }),
    ])
})

test("the settings' step keeps every row of a database of the first one", async () => {
    const db = openRaw(join(makeTempDir(), "meterbeat.db"))
    db.pragma("foreign_keys = ON")
    await migrate(db, MIGRATIONS.slice(0, 1))
    db.exec(`
        INSERT INTO devices (id, name, sealed_key) VALUES ('${DEVICE_ID}', 'Cellar', x'00');
        INSERT INTO boots (id, device_id, boot_id) VALUES (1, '${DEVICE_ID}', 9);
        INSERT INTO channels (id, device_id, number, name, kind, type, per_pulse, total_count)
            VALUES (1, '${DEVICE_ID}', 0, 'Main', 0, 'electricity', 0.1, 50),
                (7, '${DEVICE_ID}', 1, 'Gas', 1, 'gas', 10, 3);
        INSERT INTO boot_counts VALUES (1, 7, 3);
        INSERT INTO seq_ranges VALUES (1, 7, 0, 4);
        INSERT INTO sums VALUES (7, 60, 0, 3, 60);
    `)
    const before = db.prepare("SELECT * FROM channels ORDER BY id").all() as object[]
    await migrate(db, MIGRATIONS.slice(0, 2))
    const after = db.prepare("SELECT * FROM channels ORDER BY id").all()
    expect(after).toEqual(before.map(row => ({ ...row, direction: "in" })))
    expect(db.pragma("foreign_key_check")).toEqual([])
    expect(db.prepare("SELECT count(*) FROM sums").pluck().get()).toBe(1)
    const setType = db.prepare("UPDATE channels SET type = ? WHERE id = 7")
    setType.run("heat")
    expect(() => setType.run("oil")).toThrow("CHECK")
    expect(() => db.prepare("DELETE FROM channels WHERE id = 7").run()).toThrow("FOREIGN KEY")
    expect(() =>
        db
            .prepare(
                "INSERT INTO channels SELECT 8, device_id, number, name, kind, per_pulse, 0, 0, null, null, null, null, null, null, type, 'in' FROM channels WHERE id = 7"
            )
            .run()
    ).toThrow("UNIQUE")
})

test("the people's step puts everything into the first home, and its users in charge", async () => {
    const db = openRaw(join(makeTempDir(), "meterbeat.db"))
    db.pragma("foreign_keys = ON")
    await migrate(db, MIGRATIONS.slice(0, 6))
    db.exec(`
        INSERT INTO users VALUES ('owner', 'x', 0);
        INSERT INTO sessions VALUES (x'01', 'owner', 100);
        INSERT INTO devices (id, name, sealed_key) VALUES ('${DEVICE_ID}', 'Cellar', x'00');
        INSERT INTO channels (id, device_id, number, name, kind)
            VALUES (1, '${DEVICE_ID}', 0, 'Main', 0), (2, '${DEVICE_ID}', 1, 'Gas', 1);
        INSERT INTO sensors (id, name, type, device_id, port)
            VALUES (3, 'Clamps', 'electricity', '${DEVICE_ID}', 1), (9, 'All', 'gas', NULL, NULL);
        INSERT INTO sensor_channels VALUES (3, 1), (3, 2), (9, 2);
    `)
    await migrate(db, MIGRATIONS.slice(0, 7))
    const all = (sql: string) => db.prepare(sql).raw().all()
    expect(all("SELECT id, name, time_zone FROM homes")).toEqual([[1, "Home", "UTC"]])
    expect(all("SELECT * FROM members")).toEqual([[1, "owner", "owner"]])
    expect(all("SELECT is_admin FROM users")).toEqual([[1]])
    expect(all("SELECT id, home_id FROM devices")).toEqual([[DEVICE_ID, 1]])
    expect(all("SELECT id, home_id, name, type, device_id, port FROM sensors")).toEqual([
        [3, 1, "Clamps", "electricity", DEVICE_ID, 1],
        [9, 1, "All", "gas", null, null],
    ])
    expect(all("SELECT * FROM sensor_channels")).toEqual([
        [3, 1],
        [3, 2],
        [9, 2],
    ])
    const publicIds = all("SELECT public_id FROM sensors").flat() as string[]
    for (const id of publicIds) expect(id).toMatch(/^[0-9a-f]{32}$/)
    expect(new Set(publicIds).size).toBe(2)
    expect(db.pragma("foreign_key_check")).toEqual([])
    db.prepare("DELETE FROM sensors WHERE id = 9").run()
    expect(all("SELECT sensor FROM sensor_channels")).toEqual([[3], [3]])
})

test("a step that fails leaves the database as it was", async () => {
    const db = openRaw(await makeDatabase())
    const before = db.pragma("table_info(devices)")
    await expect(migrate(db, [...MIGRATIONS, BROKEN])).rejects.toThrow("nowhere")
    expect(db.pragma("table_info(devices)")).toEqual(before)
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
