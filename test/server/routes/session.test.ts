import { expect, test } from "vitest"
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

test("the eleventh try of a minute is refused", async () => {
    const { app } = await buildTestApp()
    const tryOnce = () => request(app)("POST", "/sign-in", { user: USER, password: "x" })
    for (let tries = 0; tries < 10; tries++) expect((await tryOnce()).statusCode).toBe(401)
    const refused = await tryOnce()
    expect(refused.statusCode).toBe(429)
    expect(refused.json().error.code).toBe("rate_limited")
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
    expect((await send("PUT", "/password", change)).statusCode).toBe(204)
    expect((await send("GET", "/now")).statusCode).toBe(200)
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
