import {
    chmodSync,
    existsSync,
    readdirSync,
    readFileSync,
    statSync,
    truncateSync,
    writeFileSync,
} from "node:fs"
import { join } from "node:path"
import Sqlite from "better-sqlite3"
import { expect, onTestFinished, test } from "vitest"
import { backUp } from "../../../server/backup/backup.js"
import { restore } from "../../../server/backup/restore.js"
import { startServer } from "../../../server/main.js"
import { provisionDevice } from "../../../server/provision.js"
import {
    DEVICE_ID,
    DEVICE_KEY,
    makeHello,
    makeTempDir,
    nthReport,
    START_MS,
    seededBytes,
} from "../helpers.js"

async function start(dataDir: string) {
    const server = await startServer({ host: "127.0.0.1", port: 0, dataDir, readOnly: false })
    onTestFinished(() => server.close())
    return server
}

/** A folder with a device and `reports` reports, and a backup of it. */
async function makeBackup(reports: number) {
    const dataDir = makeTempDir()
    const file = join(makeTempDir(), "home.backup")
    const server = await start(dataDir)
    const { store } = server
    provisionDevice(store, { id: DEVICE_ID, key: DEVICE_KEY, name: "Meter" })
    const item = { deviceId: DEVICE_ID, nowMs: START_MS }
    store.ingest([{ ...item, kind: "hello", hello: makeHello() }])
    for (let at = 0; at < reports; at++) {
        const report = nthReport(at, { startMs: START_MS - (at + 1) * 3_600_000 })
        store.ingest([{ ...item, kind: "report", report }])
    }
    await server.close()
    await backUp(dataDir, file, () => undefined)
    return { dataDir, file }
}

function change(file: string, sql: string): void {
    const db = new Sqlite(file)
    db.exec(sql)
    db.close()
}

const RESTORE = { force: false, nowMs: START_MS }

test.each([
    [
        "is damaged or no backup",
        (file: string) => writeFileSync(file, "text instead of a database ".repeat(99)),
    ],
    [
        "is damaged",
        (file: string) => truncateSync(file, Math.floor(statSync(file).size / 8192) * 4096),
    ],
    [
        "is damaged",
        (file: string) => {
            const bytes = readFileSync(file)
            seededBytes("noise")(bytes.length / 2).copy(bytes, bytes.length / 4)
            writeFileSync(file, bytes)
        },
    ],
    [
        "is not a backup made by meterbeat backup",
        (file: string) => change(file, "DROP TABLE backup_key"),
    ],
    ["holds no key", (file: string) => change(file, "DELETE FROM backup_key")],
    [
        `holds a key that does not open the key of device ${DEVICE_ID}`,
        (file: string) => change(file, `UPDATE backup_key SET key = '${"ab".repeat(32)}'`),
    ],
    [
        "was written by a newer Meterbeat",
        (file: string) => change(file, "INSERT INTO migrations VALUES ('999-next')"),
    ],
])(
    "a backup that %s is refused with one sentence, and the folder is not made",
    async (why, damage) => {
        const { file } = await makeBackup(60)
        damage(file)
        const dataDir = join(makeTempDir(), "data")
        expect(() => restore({ ...RESTORE, file, dataDir })).toThrow(why)
        expect(existsSync(dataDir)).toBe(false)
    }
)

test("a backup that is not there is refused", () => {
    const dataDir = join(makeTempDir(), "data")
    expect(() => restore({ ...RESTORE, file: join(dataDir, "none"), dataDir })).toThrow(
        "does not exist"
    )
})

test("a folder with data is replaced only when that is asked for, and its data put aside", async () => {
    const { file } = await makeBackup(2)
    const { dataDir } = await makeBackup(5)
    const before = readFileSync(join(dataDir, "meterbeat.db"))
    expect(() => restore({ ...RESTORE, file, dataDir })).toThrow("holds data")
    expect(readFileSync(join(dataDir, "meterbeat.db")).equals(before)).toBe(true)
    const { putAside } = restore({ ...RESTORE, file, dataDir, force: true })
    expect(readFileSync(join(putAside ?? "", "meterbeat.db")).equals(before)).toBe(true)
    expect(readdirSync(dataDir).filter(name => name.includes("restoring"))).toEqual([])
    const server = await start(dataDir)
    expect(server.store.now(0)[0].totalCount).toBe(40)
    expect(server.store.deviceKey(DEVICE_ID)).toEqual(DEVICE_KEY)
})

test("a log that another database left behind does not get into the restored one", async () => {
    const { file } = await makeBackup(2)
    const dataDir = makeTempDir()
    writeFileSync(join(dataDir, "meterbeat.db-wal"), "left behind")
    restore({ ...RESTORE, file, dataDir })
    expect(existsSync(join(dataDir, "meterbeat.db-wal"))).toBe(false)
    expect((await start(dataDir)).store.now(0)[0].totalCount).toBe(40)
})

test("a folder in use is left alone, even by force", async () => {
    const { file, dataDir } = await makeBackup(2)
    const server = await start(dataDir)
    expect(() => restore({ ...RESTORE, file, dataDir, force: true })).toThrow(
        "Another Meterbeat server uses the data folder"
    )
    expect(server.store.now(0)[0].totalCount).toBe(40)
})

test("a backup neither replaces a file nor leaves a piece of itself behind when it fails", async () => {
    const { file, dataDir } = await makeBackup(2)
    const before = readFileSync(file)
    await expect(backUp(dataDir, file, () => undefined)).rejects.toThrow("already a file")
    expect(readFileSync(file).equals(before)).toBe(true)
    const other = makeTempDir()
    const fail = () => {
        throw new Error("stop")
    }
    await expect(backUp(dataDir, join(other, "b"), fail)).rejects.toThrow("could not be written")
    expect(readdirSync(other)).toEqual([])
    await expect(backUp(other, join(other, "b"), fail)).rejects.toThrow("There is no database")
})

test("what is restored is its owner's alone, whoever may read the backup", async () => {
    const { file } = await makeBackup(1)
    chmodSync(file, 0o644)
    const elsewhere = makeTempDir()
    restore({ ...RESTORE, file, dataDir: elsewhere })
    for (const name of ["meterbeat.db", "secret.key"])
        expect(statSync(join(elsewhere, name)).mode & 0o777).toBe(0o600)
})
