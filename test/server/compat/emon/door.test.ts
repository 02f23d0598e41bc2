import { expect, test } from "vitest"
import { makeToken } from "../../../../server/auth/tokens.js"
import { fixture, replay } from "../replay.js"
import { expectAnswer, startWithEmon, TOKEN } from "./emon-app.js"

const ACCOUNT = { kind: "account" as const, user: "ann", sensorId: null, deviceId: null, name: "x" }

function withBody(name: string, body: string): Buffer {
    const head = fixture(`emon/${name}.request`).toString().split("\r\n\r\n")[0]
    const length = `ontent-${head.includes("content-length") ? "l" : "L"}ength: ${Buffer.byteLength(body)}`
    return Buffer.from(`${head.replace(/ontent-[lL]ength: \d+/, length)}\r\n\r\n${body}`)
}

test.each([
    "{}",
    "",
    '{"username":"ann"}',
    '{"username":"ann","password":""}',
    '{"username":"ann","password":"wrong horse"}',
    '{"username":"bob","password":"correct horse"}',
    '{"username":["ann"],"password":{"length":3}}',
    `{"username":"ann","password":"${"a".repeat(300)}"}`,
])("a login with %.50s is a stranger's", async body => {
    const { url } = await startWithEmon()
    expectAnswer(await replay(url, withBody("emondu-login", body)), "login-401")
})

test("a first password opens nothing", async () => {
    const { ask, store } = await startWithEmon()
    const user = store.user("ann")
    if (user) store.saveUser({ ...user, mustChangePassword: true })
    expectAnswer(await ask("emondu-login"), "login-401")
})

test("wrong passwords and tokens make the next tries wait", async () => {
    const { url, ask, uptime } = await startWithEmon()
    for (let turn = 0; turn < 20; turn++)
        await replay(url, withBody("emondu-login", '{"username":"ann","password":"no"}'))
    const before = uptime.uptimeMs
    await ask("emondu-ipu")
    expect(uptime.uptimeMs - before).toBeGreaterThanOrEqual(21 * 50)
})

test("no token ends nobody's tries: a client's first poll costs it nothing", async () => {
    const { ask, uptime } = await startWithEmon()
    for (let turn = 0; turn < 20; turn++) await ask("emondu-ipu-first")
    expect(uptime.uptimeMs).toBe(0)
})

test("a changed password ends what was signed in with the old one", async () => {
    const { ask, send } = await startWithEmon()
    await ask("emondu-login")
    expectAnswer(await ask("emondu-ipu"), "ipu")
    const change = { currentPassword: "correct horse", newPassword: "battery staple" }
    expect((await send("PUT", "/password", change)).statusCode).toBe(204)
    expectAnswer(await ask("emondu-ipu"), "apiv2-401")
})

test("a login's token opens nothing but emon's API", async () => {
    const { app, ask } = await startWithEmon()
    await ask("emondu-login")
    for (const headers of [
        { authorization: `Bearer ${TOKEN}` },
        { cookie: `meterbeat_session=${TOKEN}` },
    ]) {
        const reply = await app.inject({ url: "/api/v1/now", headers })
        expect(reply.statusCode).toBe(401)
    }
})

test("tokens of sensors and accounts show what they are for, until they are revoked", async () => {
    const { app, store, deps } = await startWithEmon()
    store.addHome({ name: "Other", timeZone: "UTC" })
    store.saveUser({ name: "eve", passwordHash: "x", mustChangePassword: false, isAdmin: true })
    const make = (byte: number, purpose: object) => {
        const randomBytes = (n: number) => Buffer.alloc(n, byte)
        return makeToken({ ...deps, randomBytes }, { ...ACCOUNT, ...purpose })
    }
    const tokens = {
        account: make(1, {}),
        sensor: make(2, { kind: "sensor", sensorId: 2 }),
        stranger: make(3, { user: "eve" }),
    }
    const ask = async (token: string, method: "GET" | "PUT" = "GET", path = "ipu") =>
        app.inject({ method, url: `/apiv2/${path}`, headers: { "x-access-token": token } })
    const seen = async (token: string) =>
        (await ask(token)).json().map(({ meterid }: { meterid: number }) => meterid)
    expect(await seen(tokens.account.raw)).toEqual([21, 24])
    expect(await seen(tokens.sensor.raw)).toEqual([24])
    expect(await seen(tokens.stranger.raw)).toEqual([])
    // meters of others are as those that are not there
    const hidden = await ask(tokens.sensor.raw, "PUT", "e-energy")
    expect([hidden.statusCode, hidden.json()]).toEqual([
        404,
        { status: 404, message: "There is no meter 21." },
    ])
    store.removeToken(tokens.sensor.token.id)
    expect((await ask(tokens.sensor.raw)).statusCode).toBe(401)
})

test.each([
    [{ mid: "21; DROP TABLE users" }, "mid: must be a whole number from 0 to 999999999"],
    [{ mid: "21_3600 where 1=1 --" }, "mid: must be"],
    [{ mid: {} }, "mid: must be"],
    [{ nrDaysBack: "-1" }, "nrDaysBack: must be a whole number from 0 to 36500"],
    [{ nrDaysBack: 1.5 }, "nrDaysBack: must be"],
    [{ nrDaysBack: "1 day' --" }, "nrDaysBack: must be"],
    [{ nrDaysBack: "99999999999999999" }, "nrDaysBack: must be"],
])("e-energy with %j is refused in a sentence", async (body, sentence) => {
    const { url, ask } = await startWithEmon()
    await ask("emondu-login")
    const answer = await replay(url, withBody("e-energy", JSON.stringify(body)))
    expect(answer.status).toBe("HTTP/1.1 400 Bad Request")
    expect(JSON.parse(answer.body)).toEqual({
        status: 400,
        message: expect.stringContaining(sentence),
    })
})

test("what is no JSON, or too much, is refused, and no database error gets out", async () => {
    const { url, app, ask, store } = await startWithEmon()
    await ask("emondu-login")
    const half = await replay(url, withBody("e-energy", '{"mid":'))
    expect(half.status).toBe("HTTP/1.1 400 Bad Request")
    const large = await app.inject({
        method: "POST",
        url: "/api/login",
        headers: { "content-type": "application/json" },
        payload: " ".repeat(20_000),
    })
    expect(large.statusCode).toBe(413)
    store.close()
    const broken = await ask("emondu-ipu")
    expect(broken.status).toMatch(/^HTTP\/1\.1 5\d\d /)
    expect(broken.body).toBe('"Something bad happened"')
})
