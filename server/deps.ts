import type { FastifyBaseLogger } from "fastify"
import type { Store } from "./store/store.js"

/** All that the server takes from outside, so that a run can be repeated exactly. */
export interface Deps {
    store: Store
    /** Unix ms. */
    clock: () => number
    randomBytes: (n: number) => Buffer
    logger: FastifyBaseLogger | false
    /** Refuses every write, and devices too. */
    readOnly: boolean
    /** Folder of the built web page; served at / when it exists. */
    webDir?: string
}
