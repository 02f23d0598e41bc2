import { createHash } from "node:crypto"
import type { Deps } from "../deps.js"
import type { User } from "../store/store.js"

export const SESSION_COOKIE = "meterbeat_session"
export const SESSION_SECONDS = 30 * 86_400
const TOKEN_BYTES = 32

type SessionDeps = Pick<Deps, "store" | "clock" | "randomBytes">

/** Who is signed in. The database holds only hashes, so a copy of it opens no session. */
export class Sessions {
    constructor(private readonly deps: SessionDeps) {}

    /** Returns the token for the cookie. */
    begin(user: string): string {
        const { store, clock, randomBytes } = this.deps
        const token = randomBytes(TOKEN_BYTES).toString("hex")
        store.removeExpiredSessions(clock())
        store.addSession(hashToken(token), user, clock() + SESSION_SECONDS * 1000)
        return token
    }

    user(token: string | undefined): User | undefined {
        if (!token) return undefined
        return this.deps.store.sessionUser(hashToken(token), this.deps.clock())
    }

    end(token: string): void {
        this.deps.store.removeSession(hashToken(token))
    }

    endOthers(user: string, token: string): void {
        this.deps.store.removeOtherSessions(user, hashToken(token))
    }
}

function hashToken(token: string): Buffer {
    return createHash("sha256").update(token).digest()
}
