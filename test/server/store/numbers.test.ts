import { join } from "node:path"
import Sqlite from "better-sqlite3"
import { expect, test } from "vitest"
import type { IngestItem } from "../../../server/store/store.js"
import { readSums, type Sum } from "../../../soak/stored.js"
import {
    DEVICE_ID,
    makeHello,
    makeTempDir,
    openTestStore,
    START_MS,
    seededNumbers,
} from "../helpers.js"
import { type ExpectedCell, TrueCounts } from "./true-counts.js"

const SUM_SECONDS = [60, 900, 3600, 86_400]
const STARTED_S = START_MS / 1000

/** What the slots and cells add up to, step by step. */
function sumsOf(slots: Map<number, number>, cells: ExpectedCell[]): Sum[] {
    const sums = new Map<string, Sum>()
    const add = (atS: number, level: number, count: number, coveredS: number) => {
        for (const seconds of SUM_SECONDS.filter(length => length >= level)) {
            const startS = atS - (atS % seconds)
            const key = `${seconds} ${startS}`
            const sum = sums.get(key) ?? { seconds, startS, count: 0, coveredS: 0 }
            sum.count += count
            sum.coveredS += coveredS
            sums.set(key, sum)
        }
    }
    for (const [startS, count] of slots) add(startS, 60, count, 5)
    for (const { startS, seconds, count } of cells) {
        if (count === null) continue
        const level = seconds <= 60 ? 60 : 900
        const boundaryS = startS - (startS % level) + level
        const firstS = Math.min(seconds, boundaryS - startS)
        const firstCount = Math.floor((count * firstS) / seconds)
        add(startS, level, firstCount, firstS)
        if (firstS < seconds) add(boundaryS, level, count - firstCount, seconds - firstS)
    }
    return [...sums.values()].sort((a, b) => a.seconds - b.seconds || a.startS - b.startS)
}

function byTime(one: ExpectedCell, other: ExpectedCell): number {
    return (
        one.startS - other.startS ||
        one.seconds - other.seconds ||
        (one.count ?? -1) - (other.count ?? -1)
    )
}

function readRows(file: string) {
    const db = new Sqlite(file, { readonly: true })
    const sums = readSums(db, 1)
    const cells = db
        .prepare<[], ExpectedCell>(
            "SELECT start_s AS startS, seconds, count FROM coarse_slots WHERE channel = 1"
        )
        .all()
    const refused = db.prepare("SELECT * FROM unplaced_reports").all()
    db.close()
    return { sums, cells: cells.sort(byTime), refused }
}

test.each(Array.from({ length: 12 }, (_, at) => `seed ${at}`))(
    "pieces of one count in any order, detail and repetition are stored once (%s)",
    async seed => {
        const random = seededNumbers(seed)
        const boots = [1, 2].map(
            boot => new TrueCounts(boot, random, STARTED_S + (boot - 1) * 2400, 500)
        )
        const pieces: IngestItem[] = Array.from({ length: 60 }, () => boots[random(2)].piece())
        const repeated = [...pieces, ...pieces.filter(() => random(3) === 0)]
        const shuffled = repeated
            .map(piece => ({ piece, rank: random(1e9) }))
            .sort((a, b) => a.rank - b.rank)
            .map(({ piece }) => piece)

        const file = join(makeTempDir(), "meterbeat.db")
        const store = await openTestStore(file)
        const about = { deviceId: DEVICE_ID, nowMs: START_MS }
        store.ingest([{ ...about, kind: "hello", hello: makeHello() }])
        let total = 0
        for (let at = 0; at < shuffled.length; ) {
            const size = 1 + random(9)
            const results = store.ingest(shuffled.slice(at, at + size))
            for (const { outcome } of results)
                expect(["stored", "known", "page"]).toContain(outcome)
            const { totalCount } = store.now(0)[0]
            expect(totalCount).toBeGreaterThanOrEqual(total)
            total = totalCount
            at += size
        }

        const slots = new Map<number, number>()
        for (const boot of boots) boot.addFineTo(slots)
        const stored = store.slots(1, 0, START_MS * 2)
        expect(new Map(stored.map(({ startMs, count }) => [startMs / 1000, count]))).toEqual(
            new Map([...slots].sort(([a], [b]) => a - b))
        )
        const cells = boots.flatMap(boot => boot.cells()).sort(byTime)
        const rows = readRows(file)
        expect(rows.refused).toEqual([])
        expect(rows.cells).toEqual(cells)
        expect(rows.sums).toEqual(sumsOf(slots, cells))
        const placed =
            [...slots.values()].reduce((sum, count) => sum + count, 0) +
            cells.reduce((sum, { count }) => sum + (count ?? 0), 0)
        expect(store.now(0)[0]).toMatchObject({ unplacedCount: total - placed })
    }
)
