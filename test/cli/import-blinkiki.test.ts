import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { startServer } from "../../server/main.js"
import { makeTempDir } from "../server/helpers.js"
import { meterbeat } from "./meterbeat.js"

const HEAD = "date,pulses,reports,err\r\n"

test("blinkiki's file is imported once, however often", async () => {
    const dir = makeTempDir()
    const [file, data] = [join(dir, "blinkiki.csv"), join(dir, "data")]
    const rows = [
        "2026-03-03 10:00:00,3,4,0",
        "2026-03-03 10:00:05,0,5,0",
        "2026-03-03 10:00:10,2,5,1",
    ]
    writeFileSync(file, `${HEAD}${rows.join("\r\n")}\r\n`)
    const args = ["import", "blinkiki", file, "--data", data, "--name", "Attic"]
    const zone = ["--time-zone", "Europe/Brussels"]
    expect(await meterbeat([...args, ...zone])).toMatchObject({
        status: 0,
        stdout: "Attic: 3 slots stored, 0 known before, 0 against what was stored, 0 in the future.\n",
    })
    expect((await meterbeat([...args, ...zone])).stdout).toContain("0 slots stored, 3 known before")
    const server = await startServer({ host: "127.0.0.1", port: 0, dataDir: data, readOnly: true })
    const fromMs = Date.UTC(2026, 2, 3, 8, 59, 55)
    expect(server.store.slots(1, 0, Date.now())).toEqual([
        { startMs: fromMs, count: 3 },
        { startMs: fromMs + 5000, count: 0 },
        { startMs: fromMs + 10_000, count: 2 },
    ])
    await server.close()
    const wrong = await meterbeat([...args, "--time-zone", "Paris"])
    expect(wrong).toMatchObject({ status: 1 })
    expect(wrong.stderr).toBe('--time-zone must be a name such as Europe/Paris, not "Paris".\n')
})

test.each([
    { name: "none", text: undefined, problem: "There is no file" },
    {
        name: "another",
        text: "a,b\n1,2\n",
        problem: "line 1: there must be columns date and pulses",
    },
    { name: "bad", text: `${HEAD}today,1,1,0\n`, problem: "line 2: date must look like" },
])("the file $name is refused in one sentence", async ({ name, text, problem }) => {
    const dir = makeTempDir()
    const file = join(dir, name)
    if (text !== undefined) writeFileSync(file, text)
    const finished = await meterbeat(["import", "blinkiki", file, "--data", join(dir, "data")])
    expect(finished).toMatchObject({ status: 1, stdout: "" })
    expect(finished.stderr).toContain(problem)
    expect(finished.stderr.trim().split("\n")).toHaveLength(1)
})
