import type { FastifyBaseLogger } from "fastify"
import type { Access } from "./auth/access.js"
import type { Audit } from "./auth/audit.js"
import type { Tries } from "./auth/tries.js"
import type { ConnectionLimits } from "./connections.js"
import type { LiveHub } from "./live-hub.js"
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
    /** Lets webhooks reach this machine and its own networks. */
    allowPrivateWebhooks?: boolean
    /** Speaks HTTPS with them, else plain HTTP. */
    tls?: TlsFiles
    /** Addresses of proxies whose word is taken on who asks, and how; none by default. */
    trustedProxies?: string[]
    /** Where live values are told; one of its own by default. */
    hub?: LiveHub
    /** Folder of the built web page; served at / when it exists. */
    webDir?: string
    /** The usual ones by default. */
    connections?: Partial<ConnectionLimits>
}

/** What a route is given besides: who may do what, and how that is slowed and written down. */
export interface RouteDeps extends Deps {
    access: Access
    tries: Tries
    audit: Audit
}
