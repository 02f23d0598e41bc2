import type { FastifyReply, FastifyRequest } from "fastify"
import type { Deps } from "../deps.js"
import type { User } from "../store/store.js"
import { hashSecret } from "./tokens.js"

export const SESSION_COOKIE = "meterbeat_session"
export const SESSION_SECONDS = 30 * 86_400
const TOKEN_BYTES = 32
/** An older token is replaced by a new one of the same session. */
const RENEW_AFTER_MS = 86_400_000
/** So long the old one goes on, for requests that are under way with it. */
const GRACE_MS = 60_000

type SessionDeps = Pick<Deps, "store" | "clock" | "randomBytes">

/** Who is signed in. The database holds only hashes, so a copy of it opens no session. */
export class Sessions {
    constructor(private readonly deps: SessionDeps) {}

    /** Returns the token for the cookie. */
    begin(user: string): string {
        const { store, clock } = this.deps
        store.removeExpiredSessions(clock())
        return this.add(user, clock() + SESSION_SECONDS * 1000)
    }

    user(token: string | undefined): User | undefined {
        if (!token) return undefined
        return this.deps.store.sessionUser(hashSecret(token), this.deps.clock())
    }

    /** A new token in place of one that is a day old; undefined while it need not be. */
    renew(token: string, user: string): { token: string; expiresMs: number } | undefined {
        const { store, clock } = this.deps
        const nowMs = clock()
        const known = store.sessionTimes(hashSecret(token))
        if (!known || known.expiresMs <= nowMs + GRACE_MS) return undefined
        if (Math.abs(nowMs - known.madeMs) < RENEW_AFTER_MS) return undefined
        const { expiresMs } = known
        const renewed = this.add(user, expiresMs)
        store.shortenSession(hashSecret(token), nowMs + GRACE_MS)
        return { token: renewed, expiresMs }
    }

    end(token: string): void {
        this.deps.store.removeSession(hashSecret(token))
    }

    /** Ends all sessions of the user but one, if any is given. */
    endOthers(user: string, token = ""): void {
        this.deps.store.removeOtherSessions(user, hashSecret(token))
    }

    private add(user: string, expiresMs: number): string {
        const { store, clock, randomBytes } = this.deps
        const token = randomBytes(TOKEN_BYTES).toString("hex")
        store.addSession(hashSecret(token), user, expiresMs, clock())
        return token
    }
}

/** Hands the browser a session; scripts and other sites never see it. */
export function setSessionCookie(
    request: FastifyRequest,
    reply: FastifyReply,
    token: string,
    maxAge = SESSION_SECONDS
): void {
    reply.setCookie(SESSION_COOKIE, token, {
        path: "/",
        httpOnly: true,
        sameSite: "strict",
        secure: request.protocol === "https",
        maxAge,
    })
}
