import type { FastifyRateLimitStore, FastifyRateLimitStoreCtor } from "@fastify/rate-limit"

/** Addresses remembered at once; the oldest goes when another comes. */
const MAX_ADDRESSES = 5000

interface Window {
    current: number
    startMs: number
}

type Tell = (error: Error | null, result?: { current: number; ttl: number }) => void

/** Counts tries by a time that never goes back: a clock that is set back would lock people out until then. */
export function tryCounts(uptimeMs: () => number): FastifyRateLimitStoreCtor {
    return class TryCounts implements FastifyRateLimitStore {
        private readonly windows = new Map<string, Window>()

        incr(address: string, tell: Tell, lengthMs: number): void {
            const nowMs = uptimeMs()
            let known = this.windows.get(address)
            if (!known || nowMs - known.startMs >= lengthMs) {
                known = { current: 0, startMs: nowMs }
                this.windows.delete(address)
                this.windows.set(address, known)
            }
            known.current++
            const [oldest] = this.windows.keys()
            if (this.windows.size > MAX_ADDRESSES && oldest !== undefined)
                this.windows.delete(oldest)
            tell(null, { current: known.current, ttl: known.startMs + lengthMs - nowMs })
        }

        child(): FastifyRateLimitStore {
            return new TryCounts()
        }
    }
}
