import { writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as fc from "fast-check"
import { expect, test } from "vitest"
import { mutate, mutations } from "./fuzz/byte-mutator.js"
import { type FuzzWorld, openFuzzWorld } from "./fuzz/fuzz-world.js"
import { judge } from "./fuzz/judge.js"
import { requestsOf } from "./fuzz/route-inputs.js"
import { recordedRequests, substitute } from "./fuzz/seeds.js"

const INPUTS = Number(process.env["METERBEAT_FUZZ"] ?? 1500)
const SEED = Number(process.env["METERBEAT_FUZZ_SEED"] ?? 1)
/** So many inputs meet one server, then a fresh one: what they add must not make it slow. */
const INPUTS_PER_WORLD = 1500
/** For what does not end: a million take about half an hour. */
const TIMEOUT_MS = 60_000 + INPUTS * 10

/** Requests of every route, as they should be or nearly, and recorded ones; half of them with bytes changed. */
function inputsOf({ app, known }: FuzzWorld): fc.Arbitrary<Buffer> {
    const ofRoutes = fc.oneof(...app.routeTable.map(route => requestsOf(route, known)))
    const recordings = recordedRequests()
    const recorded = fc
        .record({
            bytes: fc.constantFrom(...recordings).map(({ bytes }) => bytes),
            token: fc.option(fc.constantFrom(...known.tokens), { freq: 4 }),
            publicId: fc.constantFrom(...known.publicIds),
        })
        .map(({ bytes, token, publicId }) =>
            token === null ? bytes : substitute(bytes, token, publicId)
        )
    const whole = fc.oneof({ arbitrary: ofRoutes, weight: 3 }, { arbitrary: recorded, weight: 1 })
    return fc
        .tuple(whole, fc.option(mutations, { freq: 1 }))
        .map(([bytes, wrong]) => (wrong === null ? bytes : mutate(bytes, wrong)))
}

/** Keeps the bytes in a file, and says how to see them fail again and for good. */
function howToRepeat(seed: number, bytes: Buffer | undefined): string {
    if (!bytes) return `METERBEAT_FUZZ_SEED=${seed} repeats this.`
    const file = join(tmpdir(), `meterbeat-fuzz-${seed}.http`)
    writeFileSync(file, bytes)
    return [
        `METERBEAT_FUZZ_SEED=${seed} repeats this. The input is in ${file}:`,
        "copied to test/fixtures/security/ it is sent in every run from then on. It begins",
        JSON.stringify(bytes.toString("latin1", 0, 400)),
    ].join("\n")
}

test("no recorded request, as it is, breaks anything", async () => {
    const world = await openFuzzWorld()
    try {
        for (const { file, bytes } of recordedRequests())
            expect({ file, wrong: await judge(world, bytes) }).toEqual({ file, wrong: [] })
    } finally {
        await world.close()
    }
})

test(`no input of ${INPUTS} is answered 5xx, changes what it may not, or is slow`, {
    timeout: TIMEOUT_MS,
}, async () => {
    for (let done = 0; done < INPUTS; done += INPUTS_PER_WORLD) {
        const seed = SEED + done / INPUTS_PER_WORLD
        const world = await openFuzzWorld()
        try {
            const property = fc.asyncProperty(inputsOf(world), async bytes => {
                const wrong = await judge(world, bytes)
                if (wrong.length > 0) throw new Error(wrong.join("; "))
            })
            const numRuns = Math.min(INPUTS_PER_WORLD, INPUTS - done)
            const result = await fc.check(property, { seed, numRuns })
            if (result.failed) {
                const [bytes] = result.counterexample ?? []
                const { errorInstance } = result
                const why = errorInstance instanceof Error ? errorInstance.message : ""
                expect.fail(`${why.slice(0, 2000)}\n${howToRepeat(seed, bytes)}`)
            }
            expect(world.database.contradictions()).toEqual([])
        } finally {
            await world.close()
        }
    }
})
