import { join } from "node:path"
import Sqlite from "better-sqlite3"
import { expect, onTestFinished, test } from "vitest"
import { MIGRATIONS, migrate } from "../../../server/store/migrate.js"
import { readSums, type Sum } from "../../../soak/stored.js"
import { unpackSlots } from "../../../soak/stored-hours.js"
import { DEVICE_ID, makeTempDir, seededNumbers } from "../helpers.js"

test("a database of wide hours and rows of minutes holds the same when it is compact", async () => {
    const db = new Sqlite(join(makeTempDir(), "meterbeat.db"))
    onTestFinished(() => void db.close())
    await migrate(db, MIGRATIONS.slice(0, 6))
    db.exec(`
        INSERT INTO devices (id, name, sealed_key) VALUES ('${DEVICE_ID}', 'Cellar', x'00');
        INSERT INTO channels (id, device_id, number, kind, name)
            VALUES (1, '${DEVICE_ID}', 0, 0, 'Main'), (2, '${DEVICE_ID}', 1, 1, 'Gas');
        INSERT INTO sums VALUES (1, 900, 3600, 77, 900), (1, 86400, 0, 77, 900);
    `)
    const random = seededNumbers("compact")
    const addHour = db.prepare("INSERT INTO slot_hours VALUES (?, ?, ?)")
    const addMinute = db.prepare("INSERT INTO sums VALUES (?, 60, ?, ?, ?)")
    const slots = new Map<string, number[]>()
    const minutes: Sum[] = []
    for (const [channel, hour, limit] of [
        [1, 1, 255],
        [2, 1, 256],
        [1, 2, 65_535],
        [1, 500_000, 3],
    ]) {
        const counts = Array.from({ length: 720 }, () => (random(9) === 0 ? 0xffff : random(limit)))
        counts[700] = limit - 1
        slots.set(`${channel} ${hour}`, counts)
        addHour.run(channel, hour, Buffer.from(new Uint16Array(counts).buffer))
        for (let startS = hour * 3600; startS < hour * 3600 + 3600; startS += 60) {
            if (random(9) === 0) continue
            const minute = { seconds: 60, startS, count: random(70_000), coveredS: random(99) + 1 }
            addMinute.run(channel, startS, minute.count, minute.coveredS)
            if (channel === 1) minutes.push(minute)
        }
    }
    await migrate(db)
    const rows = db.prepare("SELECT channel, hour, counts FROM slot_hours").all() as {
        channel: number
        hour: number
        counts: Buffer
    }[]
    const lengths = rows.map(({ counts }) => counts.length)
    expect(lengths).toEqual([720, 1440, 1440, 720])
    for (const { channel, hour, counts } of rows)
        expect([...unpackSlots(counts)]).toEqual(slots.get(`${channel} ${hour}`))
    const sums = readSums(db, 1)
    expect(sums.filter(({ seconds }) => seconds === 60)).toEqual(minutes)
    expect(sums.filter(({ seconds }) => seconds !== 60)).toEqual([
        { seconds: 900, startS: 3600, count: 77, coveredS: 900 },
        { seconds: 86_400, startS: 0, count: 77, coveredS: 900 },
    ])
    expect(db.prepare("SELECT count(*) FROM sums WHERE seconds = 60").pluck().get()).toBe(0)
    expect(db.pragma("foreign_key_check")).toEqual([])
})
