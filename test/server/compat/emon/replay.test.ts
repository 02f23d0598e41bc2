import { once } from "node:events"
import { connect } from "node:net"
import { describe, expect, test } from "vitest"
import { START_MS } from "../../helpers.js"
import { fixture, replay } from "../replay.js"
import { expectAnswer, startWithEmon, TOKEN } from "./emon-app.js"

describe("emondu.js", () => {
    test("polls, signs in after whatever is not 200, and tells Domoticz what its meters do", async () => {
        const { ask } = await startWithEmon()
        const first = await ask("emondu-ipu-first")
        expectAnswer(first, "apiv2-401")
        const login = await ask("emondu-login")
        expectAnswer(login, "login")
        expect(JSON.parse(login.body).token).toBe(TOKEN)
        const next = await ask("emondu-ipu")
        expectAnswer(next, "ipu")
        expect(next.hasEnded).toBe(true)
        // what it makes of it, with its own settings' ids
        const ids = [
            { eid: 21, did: 131 },
            { eid: 24, did: 132 },
            { eid: 27, did: 133 },
        ]
        const told = (JSON.parse(next.body) as { meterid: unknown; ipu: unknown }[]).flatMap(row =>
            ids.filter(({ eid }) => eid === row.meterid).map(({ did }) => `${did} ${row.ipu};0`)
        )
        expect(told).toEqual(["131 720;0", "132 0;0"])
    })

    test("signs in again when its token has ended", async () => {
        const { ask, time } = await startWithEmon()
        await ask("emondu-login")
        time.nowMs += 86_400_000
        expectAnswer(await ask("emondu-ipu"), "apiv2-401")
    })
})

describe("the Pimatic plugin", () => {
    test("polls, signs in after a 401, and takes the row whose number is its own", async () => {
        const { ask } = await startWithEmon()
        expectAnswer(await ask("pimatic-ipu-first"), "api-401")
        expectAnswer(await ask("pimatic-login"), "login")
        const next = await ask("pimatic-ipu")
        expectAnswer(next, "ipu")
        expect(next.hasEnded).toBe(false)
        const rows = JSON.parse(next.body) as { meterid: unknown; ipu: unknown }[]
        // CoffeeScript's == is JavaScript's ===
        expect(rows.filter(row => row.meterid === 21).map(({ ipu }) => Number(ipu))).toEqual([720])
    })

    test("keeps its connection through poll, login and poll", async () => {
        const { url } = await startWithEmon()
        const { hostname, port } = new URL(url)
        const socket = connect(Number(port), hostname)
        const statuses: string[] = []
        for (const name of ["pimatic-ipu-first", "pimatic-login", "pimatic-ipu"]) {
            socket.write(fixture(`emon/${name}.request`))
            const [answer] = await once(socket, "data")
            statuses.push(`${answer}`.slice(0, 12))
        }
        socket.destroy()
        expect(statuses).toEqual(["HTTP/1.1 401", "HTTP/1.1 200", "HTTP/1.1 200"])
    })
})

describe("the other routes", () => {
    test.each(["e-energy", "e-energy-numbers", "e-power", "24h", "7d", "welcome"])(
        "%s",
        async name => {
            const { ask, signIn } = await startWithEmon()
            await signIn()
            expectAnswer(await ask(name), name)
        }
    )

    test("their defaults are meter 21 and yesterday", async () => {
        const { ask, signIn } = await startWithEmon()
        await signIn()
        expectAnswer(await ask("e-energy-defaults"), "e-energy")
    })

    test("days and hours back are counted from those that go on", async () => {
        const { ask, signIn, time } = await startWithEmon()
        await signIn()
        expectAnswer(await ask("nday"), "7d")
        expectAnswer(await ask("nhour"), "24h")
        // a token lasts a day; within it another hour begins
        time.nowMs = START_MS + 2 * 3_600_000
        expect((await ask("nhour")).body).toBe("[]")
    })

    test("a form signs in too", async () => {
        const { ask } = await startWithEmon()
        expectAnswer(await ask("form-login"), "login")
    })

    test("browsers may ask under /api and not under /apiv2", async () => {
        const { ask, url } = await startWithEmon()
        const preflight = await ask("preflight")
        expect(preflight.status).toBe("HTTP/1.1 204 No Content")
        expect(preflight.headers).toContain("access-control-allow-origin: *")
        const other = fixture("emon/preflight.request").toString().replace("/api/", "/apiv2/")
        const answer = await replay(url, Buffer.from(other))
        expect(answer.headers.join("\n")).not.toContain("access-control")
        const own = fixture("emon/preflight.request").toString().replace("/api/ipu", "/api/v1/now")
        const ours = await replay(url, Buffer.from(own))
        expect(ours.headers.join("\n")).not.toContain("access-control")
    })
})
