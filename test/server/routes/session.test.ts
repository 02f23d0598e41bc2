import { expect, test, vi } from "vitest"
import { SESSION_COOKIE, SESSION_SECONDS } from "../../../server/auth/sessions.js"
import { buildTestApp } from "../helpers.js"
import { buildSignedInApp, PASSWORD, request, signIn, USER } from "./sign-in.js"

const EVERYTHING = [
    ["GET", "/devices"],
    ["POST", "/devices"],
    ["GET", "/channels"],
    ["PATCH", "/channels/1"],
    ["GET", "/channels/1/series"],
    ["GET", "/now"],
    ["GET", "/live"],
] as const
const OWN_ACCOUNT = [
    ["GET", "/session"],
    ["POST", "/sign-out"],
    ["PUT", "/password"],
] as const

test("signing in gives a cookie that scripts cannot read", async () => {
    const { app } = await buildSignedInApp()
    const reply = await request(app)("POST", "/sign-in", { user: USER, password: PASSWORD })
    expect(reply.json()).toEqual({ user: USER, mustChangePassword: false, readOnly: false })
    expect(reply.cookies[0]).toMatchObject({
        name: SESSION_COOKIE,
        value: expect.stringMatching(/^[0-9a-f]{64}$/),
        httpOnly: true,
        sameSite: "Strict",
        path: "/",
        maxAge: SESSION_SECONDS,
    })
})

test.each([
    ["a wrong password", USER, "wrong"],
    ["an unknown user", "bob", PASSWORD],
])("%s is refused without saying which was wrong", async (_name, user, password) => {
    const { app } = await buildSignedInApp()
    const reply = await request(app)("POST", "/sign-in", { user, password })
    expect(reply.statusCode).toBe(401)
    expect(reply.json()).toEqual({
        error: { code: "wrong_sign_in", message: "The user or the password is wrong." },
    })
    expect(reply.cookies).toEqual([])
})

/** How long the answer was kept back, and its status. */
async function timed(time: { uptimeMs: number }, send: () => Promise<{ statusCode: number }>) {
    const startMs = time.uptimeMs
    const { statusCode } = await send()
    return [statusCode, time.uptimeMs - startMs]
}

const WRONG_TOKEN = { url: "/api/v1/now", headers: { authorization: `Bearer ${"0".repeat(32)}` } }
const WRONG_PASSWORD = {
    method: "POST",
    url: "/api/v1/sign-in",
    payload: { user: USER, password: "wrong" },
} as const

test.each([
    ["password", WRONG_PASSWORD, 100],
    ["token", WRONG_TOKEN, 50],
])("the hundredth wrong %s waits long, and nobody elsewhere does", async (_name, wrong, first) => {
    const { app, time } = await buildSignedInApp()
    time.uptimeMs += 1000
    const tryOnce = (remoteAddress: string, options: object = wrong) =>
        timed(time, () => app.inject({ ...options, remoteAddress }))
    expect(await tryOnce("10.0.0.1")).toEqual([401, first])
    // tokens are as good for it, and quicker to check
    for (let nth = 2; nth < 100; nth++) await tryOnce("10.0.0.1", WRONG_TOKEN)
    const [status, waitedMs] = await tryOnce("10.0.0.1")
    expect([status, waitedMs >= 5000]).toEqual([401, true])
    expect(await tryOnce("10.0.0.2")).toEqual([401, first])
    const payload = { user: USER, password: PASSWORD }
    expect(await tryOnce("10.0.0.3", { ...WRONG_PASSWORD, payload })).toEqual([200, 0])
})

test("tries at once beyond a few are refused unread", async () => {
    const waits: number[] = []
    const wait = (ms: number) => {
        waits.push(ms)
        return new Promise<void>(() => undefined)
    }
    const { app } = await buildTestApp({ wait })
    for (let nth = 0; nth < 8; nth++) void app.inject(WRONG_TOKEN)
    await vi.waitFor(() => expect(waits).toHaveLength(8))
    const refused = await app.inject(WRONG_PASSWORD)
    expect([refused.statusCode, refused.json().error.code]).toEqual([429, "rate_limited"])
})

test.each([...EVERYTHING, ...OWN_ACCOUNT])("%s %s needs a sign-in", async (method, path) => {
    const { app } = await buildTestApp()
    const reply = await request(app)(method, path)
    expect([reply.statusCode, reply.json().error.code]).toEqual([401, "not_signed_in"])
    const forged = await request(app, "0".repeat(64))(method, path)
    expect(forged.statusCode).toBe(401)
})

test.each(EVERYTHING)("%s %s waits for a password of one's own", async (method, path) => {
    const { send } = await buildSignedInApp({ mustChangePassword: true })
    const reply = await send(method, path)
    expect([reply.statusCode, reply.json().error.code]).toEqual([403, "password_change_required"])
})

test("a new password opens everything and ends the other sessions", async () => {
    const { app, send } = await buildSignedInApp({ mustChangePassword: true })
    const other = request(app, await signIn(app))
    expect((await other("GET", "/session")).json().mustChangePassword).toBe(true)
    const change = { currentPassword: PASSWORD, newPassword: "a longer phrase" }
    const changed = await send("PUT", "/password", change)
    expect(changed.statusCode).toBe(204)
    const renewed = request(app, changed.cookies[0].value)
    expect((await renewed("GET", "/now")).statusCode).toBe(200)
    expect((await send("GET", "/session")).statusCode).toBe(401)
    expect((await other("GET", "/session")).statusCode).toBe(401)
    await expect(signIn(app)).rejects.toThrow("wrong_sign_in")
    await signIn(app, "a longer phrase")
})

test.each([
    ["short", PASSWORD, 400, "newPassword: must be at least 10 characters"],
    [PASSWORD, PASSWORD, 400, "newPassword: must differ from the old one"],
    ["a longer phrase", "wrong", 401, "currentPassword: is wrong"],
])("the new password %s is refused", async (newPassword, currentPassword, status, message) => {
    const { send } = await buildSignedInApp()
    const reply = await send("PUT", "/password", { currentPassword, newPassword })
    expect([reply.statusCode, reply.json().error.message]).toEqual([status, message])
})

test("signing out ends the session for good", async () => {
    const { send } = await buildSignedInApp()
    expect((await send("POST", "/sign-out")).statusCode).toBe(204)
    expect((await send("GET", "/session")).statusCode).toBe(401)
})

test("a session ends by itself after 30 days", async () => {
    const { send, time } = await buildSignedInApp()
    time.nowMs += SESSION_SECONDS * 1000 - 1
    expect((await send("GET", "/session")).statusCode).toBe(200)
    time.nowMs += 1
    expect((await send("GET", "/session")).statusCode).toBe(401)
})

test("a session gets a new token every day, and the old one ends a minute later", async () => {
    const { app, send, time } = await buildSignedInApp()
    expect((await send("GET", "/session")).cookies).toEqual([])
    time.nowMs += 86_400_000
    const { cookies } = await send("GET", "/session")
    expect(cookies[0]).toMatchObject({
        name: SESSION_COOKIE,
        httpOnly: true,
        sameSite: "Strict",
        maxAge: SESSION_SECONDS - 86_400,
    })
    const renewed = request(app, cookies[0].value)
    const again = await send("GET", "/session")
    expect([again.statusCode, again.cookies]).toEqual([200, []])
    time.nowMs += 60_000
    expect((await send("GET", "/session")).statusCode).toBe(401)
    expect((await renewed("GET", "/session")).statusCode).toBe(200)
})

test.each([true, false])("a session says whether the server is read-only: %s", async readOnly => {
    const { send } = await buildSignedInApp({ readOnly })
    const session = { user: USER, mustChangePassword: false, readOnly }
    expect((await send("GET", "/session")).json()).toEqual(session)
})

test.each([
    ["POST", "/devices"],
    ["PATCH", "/channels/1"],
    ["PUT", "/password"],
] as const)("a read-only server refuses %s %s", async (method, path) => {
    const { send } = await buildSignedInApp({ readOnly: true })
    const reply = await send(method, path, {})
    expect([reply.statusCode, reply.json().error.code]).toEqual([403, "read_only"])
    expect((await send("GET", "/now")).statusCode).toBe(200)
})
