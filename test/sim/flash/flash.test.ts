import { expect, test } from "vitest"
import { FLASH_BYTES, HALF_BYTES } from "../../../sim/flash/layout.js"
import {
    applyOperation,
    type FlashOperation,
    operationsBetween,
} from "../../../sim/flash/operations.js"
import { BareBoard, COSTS } from "../bare-board.js"

const PROGRAM_MS = COSTS.programUsPer256B / 1000

/** Such as ["erase 4096", "entry 24"]. */
const namesOf = (operations: FlashOperation[]) =>
    operations.map(operation =>
        operation.kind === "erase"
            ? `erase ${operation.at}`
            : `${operation.what} ${operation.at}+${operation.bytes.length}`
    )

/** Runs `work` and gives the operations of each save meanwhile. */
async function savesOf(home: BareBoard, work: () => Promise<void>): Promise<FlashOperation[][]> {
    const { flash } = home.board
    const save = flash.save.bind(flash)
    const saves: FlashOperation[][] = []
    flash.save = (saved, startMs) => {
        const before = Buffer.from(flash.bytes)
        const durationMs = save(saved, startMs)
        const operations = operationsBetween(before, flash.bytes)
        for (const operation of operations) applyOperation(before, operation)
        expect(before.equals(flash.bytes)).toBe(true)
        saves.push(operations)
        return durationMs
    }
    await work()
    flash.save = save
    return saves
}

test("a value is programmed before its entry, an equal one not at all", async () => {
    const home = new BareBoard()
    await home.boot()
    const saves = await savesOf(home, async () => {
        await home.set("a", Buffer.alloc(200, 1))
        await home.set("a", Buffer.alloc(200, 1))
        await home.set("b", "")
    })
    expect(saves.map(namesOf)).toEqual([
        [`value ${HALF_BYTES - 200}+200`, "entry 24+24"],
        ["entry 48+24"],
    ])
})

test("a full half is compacted: the other erased, what lives copied, the header last", async () => {
    const home = new BareBoard()
    await home.boot()
    await home.set("a", "one")
    const saves = await savesOf(home, async () => {
        for (let i = 0; i < 75; i++) await home.set("k", Buffer.alloc(200, i))
    })
    const [compaction] = saves.filter(operations => operations.length > 2)
    expect(namesOf(compaction)).toEqual([
        "erase 16384",
        "erase 20480",
        "erase 24576",
        "erase 28672",
        "value 32760+3",
        "entry 16408+24",
        "value 32560+200",
        "entry 16432+24",
        "header of a half 16384+24",
    ])
    const { wear } = home.board.flash
    expect([wear.writes, wear.compactions, wear.formats]).toEqual([76, 1, 1])
    expect(wear.erases.slice(0, 9)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 0])
    const copiedBytes = 3 + 200 + 2 * 24 + 24
    expect(wear.programmedBytes).toBe(24 + (3 + 24) + 75 * (200 + 24) + copiedBytes)
})

test("the device's clock stands for the operations' time, and a cut within it leaves them torn", async () => {
    const home = new BareBoard()
    await home.boot()
    await home.set("a", "old")
    const before = Buffer.from(home.board.flash.bytes)
    const sentMs = home.scheduler.nowMs()
    await home.set("a", Buffer.alloc(201, 5))
    // it was read back, which the board was not free for until then
    expect(home.scheduler.nowMs() - sentMs).toBeGreaterThanOrEqual(2 * PROGRAM_MS)
    const { flash } = home.board
    const after = Buffer.from(flash.bytes)
    const saveAndCut = (cutMs: number) => {
        flash.load(before)
        flash.clearWear()
        const durationMs = flash.save(after.subarray(0, FLASH_BYTES - 1), 100)
        flash.cut(100 + cutMs)
        return durationMs
    }
    expect(saveAndCut(3)).toBeCloseTo(2 * PROGRAM_MS, 9)
    expect(flash.bytes.equals(after)).toBe(true)
    saveAndCut(0)
    expect(flash.bytes.equals(before)).toBe(true)
    expect([flash.wear.writes, flash.wear.programmedBytes]).toEqual([0, 0])
    saveAndCut(1.5 * PROGRAM_MS)
    const valueAt = HALF_BYTES - 8 - 208
    expect(flash.bytes.subarray(valueAt, valueAt + 201)).toEqual(Buffer.alloc(201, 5))
    expect([flash.wear.writes, flash.wear.programmedBytes]).toEqual([1, 225])
    expect(flash.bytes.equals(after)).toBe(false)
    saveAndCut(0.5 * PROGRAM_MS)
    const torn = flash.bytes.subarray(valueAt, valueAt + 201)
    expect(torn.subarray(0, 100)).toEqual(Buffer.alloc(100, 5))
    expect(torn.subarray(104)).toEqual(Buffer.alloc(97, 0xff))
})
