import type { FastifyBaseLogger } from "fastify"
import type { Access } from "./auth/access.js"
import type { Audit } from "./auth/audit.js"
import type { Tries } from "./auth/tries.js"
import type { Store } from "./store/store.js"
import type { TlsFiles } from "./tls-files.js"

/** All that the server takes from outside, so that a run can be repeated exactly. */
export interface Deps {
    store: Store
    /** Unix ms. */
    clock: () => number
    /** Milliseconds that never go back, whatever the clock does. */
    uptimeMs: () => number
    randomBytes: (n: number) => Buffer
    /** Keeps an answer back; by the system's timer by default. */
    wait?: (ms: number) => Promise<unknown>
    logger: FastifyBaseLogger | false
    /** Refuses every write, and devices too. */
    readOnly: boolean
    /** Where the store is, for people. */
    dataDir: string
    /** Speaks HTTPS with them, else plain HTTP. */
    tls?: TlsFiles
    /** Addresses of proxies whose word is taken on who asks, and how; none by default. */
    trustedProxies?: string[]
    /** Folder of the built web page; served at / when it exists. */
    webDir?: string
}

/** What a route is given besides: who may do what, and how that is slowed and written down. */
export interface RouteDeps extends Deps {
    access: Access
    tries: Tries
    audit: Audit
}
