import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises"
import type { Scheduler } from "./scheduler.js"

/** Turns of Node's event loop without news after which streams and servers have come to rest. */
const QUIET_TURNS = 4
const STEPS_PER_TURN = 2000
const PACE_MS = 5

/** How fast virtual time runs against the wall's. */
export interface Pace {
    /** Virtual ms that may have passed by now; Infinity as fast as can be. */
    allowedMs(): number
}

export const MAX_SPEED: Pace = { allowedMs: () => Number.POSITIVE_INFINITY }

/** `speed` virtual seconds a second, from virtual time `fromMs` on. */
export function paceOf(speed: number, fromMs: number, wallMs: () => number): Pace {
    const startMs = wallMs()
    return { allowedMs: () => fromMs + (wallMs() - startMs) * speed }
}

/**
 * Runs events until virtual time `endMs`, or until `isDone`. After each event that moved bytes, all
 * that hangs on them is awaited before the clock goes on, so a run repeats exactly.
 */
export async function runUntil(
    scheduler: Scheduler,
    endMs: number,
    pace: Pace = MAX_SPEED,
    isDone: () => boolean = () => false
): Promise<void> {
    for (let steps = 1; !isDone(); steps++) {
        const allowedMs = Math.min(endMs, pace.allowedMs())
        const nextMs = scheduler.nextMs()
        if (nextMs !== undefined && nextMs <= allowedMs) {
            scheduler.step()
            if (scheduler.takeOwedTurn()) await settle(scheduler)
            else if (steps % STEPS_PER_TURN === 0) await turn()
            continue
        }
        scheduler.advanceTo(allowedMs)
        if (allowedMs >= endMs) return
        await sleep(PACE_MS)
    }
}

async function settle(scheduler: Scheduler): Promise<void> {
    for (let quiet = 0; quiet < QUIET_TURNS; quiet++) {
        await Promise.all(scheduler.takeOwed())
        await turn()
        if (scheduler.takeOwedTurn()) quiet = -1
    }
}

/** Runs events until the promise is settled; gives its value or throws its error. */
export async function runFor<T>(
    scheduler: Scheduler,
    promise: Promise<T>,
    pace: Pace = MAX_SPEED
): Promise<T> {
    let isSettled = false
    const finish = () => {
        isSettled = true
        scheduler.oweTurn()
    }
    promise.then(finish, finish)
    // it may have come as far as it can without the clock, and not yet said what it waits for
    await settle(scheduler)
    await runUntil(scheduler, Number.POSITIVE_INFINITY, pace, () => isSettled)
    return promise
}
