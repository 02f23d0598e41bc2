import { expect, test } from "vitest"
import { HALF_BYTES } from "../../../sim/flash/layout.js"
import { operationsBetween } from "../../../sim/flash/operations.js"
import { tornStates } from "../../../sim/flash/torn.js"
import { Random } from "../../../sim/random.js"
import { BareBoard } from "../bare-board.js"

const OLD = "what was there before"
const NEW = "what is to be there from now on"
const FORMATTED = "mount failure: non ff"

/** Boots on every torn state between two states; gives how each ended. */
async function outcomesOf(before: Buffer, after: Buffer): Promise<Map<string, string>> {
    const outcomes = new Map<string, string>()
    const random = new Random(3)
    for (const { name, flash } of tornStates(before, operationsBetween(before, after), random)) {
        const home = new BareBoard()
        const log = await home.boot(flash)
        const kept = log.includes("formatting now") ? "formatted" : await home.get("a")
        expect(home.board.panics, name).toEqual([])
        if (kept === "formatted") expect(log, name).toContain(FORMATTED)
        outcomes.set(name, kept)
    }
    return outcomes
}

test("a write that is torn before its entry is nearly complete costs all settings", {
    timeout: 120_000,
}, async () => {
    const home = new BareBoard()
    await home.boot()
    await home.set("a", OLD)
    const before = Buffer.from(home.board.flash.bytes)
    await home.set("a", NEW)
    const outcomes = await outcomesOf(before, home.board.flash.bytes)
    expect(outcomes.size).toBe(7)
    // the size, an entry's last word, is all that is wrong then: see the next test
    outcomes.delete("entry at 48: 98 %")
    expect([...new Set(outcomes.values())]).toEqual(["formatted"])
})

test("a write that is torn in its entry's last word costs that setting, and the next compaction crashes", async () => {
    const home = new BareBoard()
    await home.boot()
    await home.set("p7", OLD)
    const torn = Buffer.from(home.board.flash.bytes)
    await home.set("p7", NEW)
    const { bytes } = home.board.flash
    const entryAt = 48
    bytes.copy(torn, entryAt, entryAt, entryAt + 20)
    const valueAt = HALF_BYTES - 24 - 32
    bytes.copy(torn, valueAt, valueAt, valueAt + 32)
    torn.writeUInt32LE((0xffffff00 | NEW.length) >>> 0, entryAt + 20)
    const log = await home.boot(torn)
    expect(log).not.toContain("formatting now")
    expect(await home.get("p7")).toBe("")
    const fill = async () => {
        for (let i = 0; i < 75; i++) await home.set("k", Buffer.alloc(200, i))
    }
    await expect(fill()).rejects.toThrow("The device did not keep the setting k.")
    expect(home.board.panics).toEqual([-1])

    await home.boot(torn)
    home.board.flash.clearWear()
    await home.repair()
    await fill()
    expect(home.board.flash.wear.compactions).toBe(2)
    expect(home.board.panics).toEqual([-1])
})

test("a compaction that is torn anywhere costs nothing", { timeout: 240_000 }, async () => {
    const home = new BareBoard()
    await home.boot()
    await home.set("a", OLD)
    let before = Buffer.alloc(0)
    let after = Buffer.alloc(0)
    const { flash } = home.board
    const save = flash.save.bind(flash)
    flash.save = (saved, startMs) => {
        const old = flash.bytes
        const compactions = flash.wear.compactions
        const durationMs = save(saved, startMs)
        if (flash.wear.compactions > compactions) [before, after] = [old, flash.bytes]
        return durationMs
    }
    for (let i = 0; i < 150; i++) await home.set("k", Buffer.alloc(200, i))
    // the second, over a half that was in use before
    expect(flash.wear.compactions).toBe(2)
    const outcomes = await outcomesOf(before, after)
    expect(outcomes.size).toBe(9 * 4 - 1)
    expect([...new Set(outcomes.values())]).toEqual([OLD])
})
