import { setImmediate as turn } from "node:timers/promises"
import * as fc from "fast-check"
import { expect, test } from "vitest"
import { type ClientLink, connectLink } from "../../sim/link-client.js"
import { encodeHello } from "../../src/wire/hello.js"
import { DEVICE_ID, DEVICE_KEY } from "../server/helpers.js"
import { MAINS_HELLO } from "../server/mains-helpers.js"
import { type FuzzWorld, openFuzzWorld } from "./fuzz/fuzz-world.js"
import { type LinkMessage, linkMessages } from "./fuzz/link-inputs.js"

const INPUTS = Number(process.env["METERBEAT_FUZZ"] ?? 1500)
const SEED = Number(process.env["METERBEAT_FUZZ_SEED"] ?? 1)
/** Six messages each, on average. */
const RUNS_PER_WORLD = 250
const RUNS = Math.ceil(INPUTS / 6)
const TIMEOUT_MS = 60_000 + INPUTS * 10

/** Says all of it on a link, and waits until the server has done with it. Returns whether the link still stands. */
async function say(link: ClientLink, messages: readonly LinkMessage[]): Promise<boolean> {
    for (const { topic, data } of messages) link.send(topic, data)
    link.sendPing()
    const stands = await link.pong()
    // what came in one turn is stored in the next
    await turn()
    await turn()
    return stands
}

async function judgeMessages(
    world: FuzzWorld,
    messages: readonly LinkMessage[]
): Promise<string[]> {
    const link = await connectLink({ url: world.url, deviceId: DEVICE_ID, key: DEVICE_KEY })
    const isLong = messages.some(({ data }) => data.length > 500)
    const stands = await say(link, messages)
    const wrong = world.takeErrors().map(line => `the server logged ${line}`)
    if (!stands && !isLong) wrong.push("the link ended")
    wrong.push(...world.database.contradictions())
    // a device that talks sense is heard, whatever was said before
    const next = await connectLink({ url: world.url, deviceId: DEVICE_ID, key: DEVICE_KEY })
    next.send("h", encodeHello(MAINS_HELLO))
    const isHeard = await next.receive().then(
        () => true,
        () => false
    )
    if (!isHeard) wrong.push("a hello was not answered any more")
    next.close()
    return wrong
}

test(`no message of ${INPUTS} on a device's link is an error of the server or contradicts what is stored`, {
    timeout: TIMEOUT_MS,
}, async () => {
    for (let done = 0; done < RUNS; done += RUNS_PER_WORLD) {
        const world = await openFuzzWorld()
        const seed = SEED + done / RUNS_PER_WORLD
        try {
            const property = fc.asyncProperty(linkMessages, async messages => {
                const wrong = await judgeMessages(world, messages)
                if (wrong.length > 0) throw new Error(wrong.join("; "))
            })
            const result = await fc.check(property, { seed, numRuns: RUNS_PER_WORLD })
            if (!result.failed) continue
            const { errorInstance, counterexample } = result
            const why = errorInstance instanceof Error ? errorInstance.message.slice(0, 2000) : ""
            const said = (counterexample?.[0] ?? []).map(
                ({ topic, data }) => `${JSON.stringify(topic)} ${data.toString("hex")}`
            )
            expect.fail(`${why}\nMETERBEAT_FUZZ_SEED=${seed} repeats this:\n${said.join("\n")}`)
        } finally {
            await world.close()
        }
    }
})
