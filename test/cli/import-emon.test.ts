import { join } from "node:path"
import { expect, test } from "vitest"
import { addPulses, emonDatabase } from "../server/compat/emon/emon-database.js"
import { makeTempDir } from "../server/helpers.js"
import { meterbeat } from "./meterbeat.js"

test("emon's database is imported once, however often", async () => {
    const file = emonDatabase(db => {
        addPulses(db, 21, [1475398800, 1475398800, 1475398815, 7])
    })
    const args = ["import", "emon", file, "--data", join(makeTempDir(), "data")]
    expect(await meterbeat(args)).toMatchObject({
        status: 0,
        stdout:
            "Meter 21 (Main E-meter) is sensor 1: 3 pulses stored, 0 known before, 1 pulses of no possible time left out.\n" +
            "Meter 24 (PV cells E-meter) is sensor 2: 0 pulses stored, 0 known before.\n",
    })
    expect((await meterbeat(args)).stdout).toContain("0 pulses stored, 3 known before")
    const none = await meterbeat(["import", "emon", `${file}.none`, "--data", args[4]])
    expect(none.stderr).toBe(
        `${file}.none cannot be imported: it does not exist or may not be read.\n`
    )
}, 120_000)
