import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Database } from "better-sqlite3"
import { expect, test } from "vitest"
import { openEmonFile } from "../../../../server/compat/emon/emon-file.js"
import { importEmon } from "../../../../server/compat/emon/import-emon.js"
import type { Store } from "../../../../server/store/store.js"
import { makeTempDir, openTestStore, seededNumbers } from "../../helpers.js"
import { addPulses, changeDatabase, collect, emonDatabase } from "./emon-database.js"

const HOUR_S = 3600
const DAY_S = 86_400
/** The start of a day, 2016. */
const FROM_S = Date.UTC(2016, 9, 2) / 1000
const NOW_MS = Date.UTC(2026, 0, 1)

function run(store: Store, file: string, name = "emon") {
    const opened = openEmonFile(file)
    try {
        return importEmon(store, opened, { homeId: 1, name, nowMs: NOW_MS })
    } finally {
        opened.close()
    }
}

/** Pulses of two days, some in the same second, a few out of order as after a step of the clock. */
function somePulses(): number[] {
    const random = seededNumbers("emon pulses")
    const epochs: number[] = []
    for (let epochS = FROM_S + 100; epochS < FROM_S + 2 * DAY_S; epochS += random(200))
        epochs.push(epochS)
    return [...epochs.slice(500), ...epochs.slice(0, 500)]
}

function channelOf(store: Store, sensorId: number): number {
    return store.sensor(sensorId)?.channelIds[0] ?? 0
}

/** What emon's own tables say of the hours. */
function hoursOf(epochs: number[]): Map<number, number> {
    const hours = new Map<number, number>()
    for (const epochS of epochs) {
        const startS = epochS - (epochS % HOUR_S)
        hours.set(startS, (hours.get(startS) ?? 0) + 1)
    }
    return hours
}

function storedHours(store: Store, channelId: number): Map<number, number> {
    const { startMs, counts } = store.series(
        channelId,
        (FROM_S - DAY_S) * 1000,
        (FROM_S + 4 * DAY_S) * 1000,
        "hour"
    )
    const hours = startMs.map((ms, at): [number, number] => [ms / 1000, counts[at] ?? 0])
    return new Map(hours.filter(([, count]) => count > 0))
}

test("takes meters and every pulse, and nothing again", async () => {
    const epochs = somePulses()
    const file = emonDatabase(db => {
        addPulses(db, 21, epochs)
        addPulses(db, 24, [FROM_S + 7, FROM_S + 7, FROM_S + 8])
        for (const seconds of [600, HOUR_S, DAY_S]) collect(db, 21, seconds)
    })
    const before = readFileSync(file)
    const store = await openTestStore()
    const [main, solar] = run(store, file)
    expect(main).toMatchObject({
        number: 21,
        description: "Main E-meter",
        hasNumber: true,
        pulses: { stored: epochs.length, known: 0 },
        leftOut: 0,
    })
    const channelId = channelOf(store, main.sensorId)
    expect(storedHours(store, channelId)).toEqual(hoursOf(epochs))
    const times = store.pulseTimes(channelId, FROM_S * 1000, (FROM_S + 2 * DAY_S) * 1000)
    expect(times.map(ms => Math.floor(ms / 1000))).toEqual([...epochs].sort((a, b) => a - b))
    expect(solar.pulses.stored).toBe(3)
    expect(store.emonMeter(main.sensorId)).toEqual({
        sensorId: main.sensorId,
        homeId: 1,
        number: 21,
        location: "4813CT, 1",
        description: "Main E-meter",
        createdMs: Date.UTC(2016, 9, 1, 8),
        kwhCost: 0,
    })
    expect(store.sensors().map(({ name }) => name)).toEqual(["Main E-meter", "PV cells E-meter"])

    const again = run(store, file)
    expect(again.map(({ pulses }) => pulses)).toEqual([
        { stored: 0, known: epochs.length },
        { stored: 0, known: 3 },
    ])
    expect(storedHours(store, channelId)).toEqual(hoursOf(epochs))
    expect(store.sensors()).toHaveLength(2)
    expect(readFileSync(file)).toEqual(before)
})

test("takes what a file has grown by, also in seconds, slots and hours that it has seen", async () => {
    const epochs = [100, 101, 101, 500].map(s => FROM_S + s)
    const file = emonDatabase(db => {
        addPulses(db, 21, epochs)
        collect(db, 21, HOUR_S)
    })
    const store = await openTestStore()
    run(store, file)
    const more = [101, 101, 103, 300, 501, 3000].map(s => FROM_S + s)
    changeDatabase(file, db => addPulses(db, 21, more))
    const [{ sensorId, pulses }] = run(store, file)
    expect(pulses).toEqual({ stored: 6, known: 4 })
    expect(storedHours(store, channelOf(store, sensorId))).toEqual(new Map([[FROM_S, 10]]))
})

test("silence between pulses counted nothing, unless it lasted for more than a day", async () => {
    const file = emonDatabase(db =>
        addPulses(db, 21, [FROM_S, FROM_S + HOUR_S, FROM_S + 2.5 * DAY_S])
    )
    const store = await openTestStore()
    const [{ sensorId }] = run(store, file)
    const { counts } = store.series(
        channelOf(store, sensorId),
        FROM_S * 1000,
        (FROM_S + 3 * DAY_S) * 1000,
        "quarter"
    )
    expect(counts.slice(0, 6)).toEqual([1, 0, 0, 0, 1, null])
    expect(counts.filter(count => count !== null)).toHaveLength(6)
})

test("interval tables tell of time whose pulses were deleted", async () => {
    const epochs = somePulses().sort((a, b) => a - b)
    const cutS = FROM_S + DAY_S + 1000
    const file = emonDatabase(db => {
        addPulses(db, 21, epochs)
        collect(db, 21, HOUR_S)
        collect(db, 21, DAY_S)
        collect(db, 21, 7)
        // finer detail of some hours only
        collect(db, 21, 600)
        db.prepare("DELETE FROM emon_21_600 WHERE epoch >= ?").run(FROM_S + 6 * HOUR_S)
        db.prepare("DELETE FROM emon_21_3600 WHERE epoch >= ?").run(FROM_S + 20 * HOUR_S)
        db.prepare("DELETE FROM measurement WHERE epoch < ?").run(cutS)
    })
    const store = await openTestStore()
    const [first] = run(store, file)
    const channelId = channelOf(store, first.sensorId)
    const day = (startS: number, resolution: "day" | "quarter" = "day") =>
        store.series(channelId, startS * 1000, (startS + DAY_S) * 1000, resolution).counts
    const trueDay = epochs.filter(epochS => epochS < FROM_S + DAY_S).length
    expect(day(FROM_S)).toEqual([trueDay])
    expect(storedHours(store, channelId).get(FROM_S + 3 * HOUR_S)).toBe(
        hoursOf(epochs).get(FROM_S + 3 * HOUR_S)
    )
    // the table of 7 s fits no slots, and is not needed
    expect(first.leftOut).toBeGreaterThan(0)
    const seen = storedHours(store, channelId)
    const [again] = run(store, file)
    expect(again.intervals.stored).toBe(0)
    expect(storedHours(store, channelId)).toEqual(seen)
})

test("pulses with times that cannot be are left out and told", async () => {
    const file = emonDatabase(db => {
        addPulses(db, 21, [5, FROM_S, "nonsense", NOW_MS / 1000 + 10, -3])
        addPulses(db, 21, new Array(300).fill(FROM_S + 60))
    })
    const [{ pulses, leftOut }] = run(await openTestStore(), file)
    expect(pulses.stored).toBe(101)
    expect(leftOut).toBe(203)
})

test("a number that another sensor has stays with it", async () => {
    const file = emonDatabase(db => addPulses(db, 21, [FROM_S]))
    const store = await openTestStore()
    const [one] = run(store, file, "old house")
    const [other] = run(store, file, "barn")
    expect([one.hasNumber, other.hasNumber]).toEqual([true, false])
    expect(other.sensorId).not.toBe(one.sensorId)
    expect(store.sensor(other.sensorId)?.name).toBe("Main E-meter 2")
    expect(() => importEmon(store, openEmonFile(file), { homeId: 9, name: "x", nowMs: 0 })).toThrow(
        "There is no home 9."
    )
})

test("the README's tables, which know no time of an update, are taken too", async () => {
    const file = emonDatabase(
        db => addPulses(db, 3, [FROM_S]),
        `CREATE TABLE meter (id INTEGER PRIMARY KEY, description TEXT);
         INSERT INTO meter VALUES (3, NULL);
         CREATE TABLE measurement (id INTEGER PRIMARY KEY, epoch NUMERIC, m_id INTEGER)`
    )
    const [meter] = run(await openTestStore(), file)
    expect(meter).toMatchObject({ number: 3, description: "", pulses: { stored: 1 } })
})

const ENDLESS = "WITH RECURSIVE r (x) AS (SELECT 1 UNION ALL SELECT x FROM r) SELECT x FROM r"
const hostile: [string, (db: Database) => void, string][] = [
    [
        "a view without end",
        db =>
            db.exec(`DROP TABLE measurement;
            CREATE VIEW measurement AS SELECT x AS id, x AS epoch, 21 AS m_id FROM (${ENDLESS})`),
        "it has no table measurement",
    ],
    [
        "an interval table that computes",
        db => db.exec("CREATE TABLE emon_21_60 (epoch INT, ticks INT AS (length(zeroblob(1e9))))"),
        "its table emon_21_60 is not as emon makes it",
    ],
    [
        "a check that computes",
        db => db.exec("CREATE TABLE emon_21_60 (epoch INT, ticks INT CHECK (ticks GLOB '*'))"),
        "its table emon_21_60 is not as emon makes it",
    ],
    [
        "a table that is a program",
        db => db.exec("DROP TABLE meter; CREATE VIRTUAL TABLE meter USING fts5(id)"),
        "its table meter is not as emon makes it",
    ],
    [
        "too many meters",
        db => {
            const insert = db.prepare("INSERT INTO meter VALUES (?, '', '', '', '', 0)")
            for (let id = 100; id < 1100; id++) insert.run(id)
        },
        "it has more than 1000 meters",
    ],
    ["no meters", db => db.exec("DROP TABLE meter"), "it has no table meter"],
]
test.each(hostile)("a file with %s is refused", async (_name, change, why) => {
    const file = emonDatabase(db => {
        addPulses(db, 21, [FROM_S])
        change(db)
    })
    expect(() => openEmonFile(file)).toThrow(`${file} cannot be imported: ${why}`)
})

test("a name full of quotes harms nobody", async () => {
    const file = emonDatabase(db => {
        addPulses(db, 21, [FROM_S])
        db.prepare("UPDATE meter SET description = ?").run(`"'); DROP TABLE users; --`.repeat(50))
        db.exec(`CREATE TABLE "emon_21_60""); DROP TABLE users; --" (epoch INT, ticks INT)`)
    })
    const store = await openTestStore()
    const [meter] = run(store, file)
    expect(meter.description).toHaveLength(200)
    expect(store.sensor(meter.sensorId)?.name.length).toBeLessThanOrEqual(16)
})

test("damage anywhere is told in a sentence", async () => {
    const whole = readFileSync(
        emonDatabase(db => {
            addPulses(db, 21, somePulses().slice(0, 600))
            collect(db, 21, HOUR_S)
        })
    )
    const random = seededNumbers("damage")
    const file = join(makeTempDir(), "damaged.db")
    const store = await openTestStore()
    let refused = 0
    for (let turn = 0; turn < 150; turn++) {
        const bytes = Buffer.from(whole)
        for (let at = 0; at < 8; at++) bytes[random(bytes.length)] = random(256)
        // the pages of a table have their order in their first bytes
        for (let page = 0; page < 4; page++)
            bytes[random(bytes.length / 4096) * 4096 + random(16)] = random(256)
        writeFileSync(file, bytes.subarray(0, turn % 5 === 0 ? random(bytes.length) : undefined))
        try {
            run(store, file)
        } catch (error) {
            refused++
            expect(error).toMatchObject({ code: "import_unusable" })
            expect(`${error}`).toContain("cannot be imported: it ")
        }
    }
    expect(refused).toBeGreaterThan(50)
})

test("what is no database is told in a sentence", () => {
    const dir = makeTempDir()
    const text = join(dir, "text")
    writeFileSync(text, "epoch,m_id\n".repeat(1000))
    const empty = join(dir, "empty")
    writeFileSync(empty, "")
    mkdirSync(join(dir, "folder"))
    for (const file of [text, empty, join(dir, "folder"), join(dir, "none"), join(dir, "a", "b")])
        expect(() => openEmonFile(file)).toThrow(/cannot be imported: it /)
    expect(statSync(empty).size).toBe(0)
})
