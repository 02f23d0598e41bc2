import type { FastifyInstance, InjectOptions } from "fastify"
import { hashPassword } from "../../../server/auth/passwords.js"
import { SESSION_COOKIE } from "../../../server/auth/sessions.js"
import type { Deps } from "../../../server/deps.js"
import { FIRST_HOME } from "../../../server/store/people-store.js"
import type { Store } from "../../../server/store/store.js"
import { buildTestApp, seededBytes } from "../helpers.js"

export const USER = "ann"
export const PASSWORD = "correct horse"

/** Sends JSON with the cookie of a session, if any. */
export function request(app: FastifyInstance, cookie?: string) {
    return (method: InjectOptions["method"], path: string, payload?: object) =>
        app.inject({
            method,
            url: `/api/v1${path}`,
            payload,
            cookies: cookie ? { [SESSION_COOKIE]: cookie } : {},
        })
}

/** Ann, who owns the first home and runs the server. */
export async function addOwner(store: Store, mustChangePassword = false): Promise<void> {
    const passwordHash = await hashPassword(PASSWORD, seededBytes("salt"))
    store.saveUser({ name: USER, passwordHash, mustChangePassword, isAdmin: true })
    store.saveMember(FIRST_HOME, USER, "owner")
}

/** An app with the user ann, and a way to send requests as her. */
export async function buildSignedInApp(
    change: Partial<Deps> & { mustChangePassword?: boolean } = {}
) {
    const { mustChangePassword = false, ...deps } = change
    const parts = await buildTestApp(deps)
    await addOwner(parts.store, mustChangePassword)
    const cookie = await signIn(parts.app)
    return { ...parts, cookie, send: request(parts.app, cookie) }
}

/** Returns the session's cookie. */
export async function signIn(app: FastifyInstance, password = PASSWORD): Promise<string> {
    const reply = await request(app)("POST", "/sign-in", { user: USER, password })
    const cookie = reply.cookies.find(({ name }) => name === SESSION_COOKIE)
    if (!cookie) throw new Error(`not signed in: ${reply.body}`)
    return cookie.value
}
