import { createHash } from "node:crypto"
import type { RouteDeps } from "../../deps.js"
import type { User } from "../../store/store.js"

/** Clients sign in again by themselves when they are told 401, so a day is no burden. */
const LOGIN_MS = 86_400_000
const TOKEN_BYTES = 32

/**
 * Tokens that a login gives out. Clients never look into them, so they say nothing: each stands for a row
 * that ends after a day, with the user's other sessions at a change of password, and with the user.
 */
export class EmonLogins {
    constructor(private readonly deps: Pick<RouteDeps, "store" | "clock" | "randomBytes">) {}

    begin(user: string): { token: string; expiresMs: number } {
        const { store, clock, randomBytes } = this.deps
        const token = randomBytes(TOKEN_BYTES).toString("hex")
        const expiresMs = clock() + LOGIN_MS
        store.removeExpiredSessions(clock())
        store.addSession(hashToken(token), user, expiresMs, clock())
        return { token, expiresMs }
    }

    user(token: string): User | undefined {
        return this.deps.store.sessionUser(hashToken(token), this.deps.clock())
    }
}

/** Not the hash of a session's cookie, so that a token that a client kept opens nothing else. */
function hashToken(token: string): Buffer {
    return createHash("sha256").update(`emon ${token}`).digest()
}
