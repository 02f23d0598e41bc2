import { createHash } from "node:crypto"
import type { Token, TokenPurpose } from "../store/people-store.js"
import type { Store } from "../store/store.js"

const TOKEN_BYTES = 16

/** 32 lowercase hex digits that nobody can guess. */
export function newSecret(randomBytes: (n: number) => Buffer): string {
    return randomBytes(TOKEN_BYTES).toString("hex")
}

interface TokenDeps {
    store: Store
    clock: () => number
    randomBytes: (n: number) => Buffer
}

/** Makes a token. `raw` is shown this once: 32 lowercase hex digits, what a Fluksometer's clients can send. */
export function makeToken(
    { store, clock, randomBytes }: TokenDeps,
    purpose: TokenPurpose & { name: string }
): { raw: string; token: Token } {
    const raw = newSecret(randomBytes)
    const token = store.addToken({ ...purpose, hash: hashSecret(raw), createdMs: clock() })
    return { raw, token }
}

/** Undefined for what was never a token or is none any more. */
export function findToken(store: Store, raw: string): Token | undefined {
    return /^[0-9a-f]{32}$/.test(raw) ? store.tokenOfHash(hashSecret(raw)) : undefined
}

/** What the database holds of a secret. */
export function hashSecret(raw: string): Buffer {
    return createHash("sha256").update(raw).digest()
}
