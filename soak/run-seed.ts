import { rmSync } from "node:fs"
import type { Database } from "better-sqlite3"
import { FastWorld } from "./fast/fast-world.js"
import { FAULT_KINDS } from "./faults.js"
import { type Outcome, outcomeOf } from "./outcome.js"
import { PLAIN_KINDS, PlainWorld } from "./plain/plain-world.js"
import { makePlan, type Plan, type PlanSize } from "./plan.js"
import { makeScratch } from "./scratch.js"
import { describePlan, shrink } from "./shrink.js"
import { readStored, type StoredChannel } from "./stored.js"
import { Watch, type WatchedHome } from "./watch.js"

/** Which world, and how large. */
export interface SeedOptions extends PlanSize {
    isFast: boolean
}

/** Runs one seed; a failing one is shortened. */
export async function runSeed(seed: number, options: SeedOptions): Promise<Outcome> {
    const kinds = options.kinds ?? (options.isFast ? FAULT_KINDS : PLAIN_KINDS)
    const plan = makePlan(seed, { ...options, kinds })
    const watch = await runPlan(plan, options.isFast)
    const outcome = outcomeOf(plan, watch)
    const [first] = watch.breaches
    if (!first) return outcome
    const fails = async (smaller: Plan) => {
        const { breaches } = await runPlan(smaller, options.isFast)
        return breaches.some(({ invariant }) => invariant === first.invariant)
    }
    return { ...outcome, shortened: describePlan(await shrink(plan, fails)) }
}

/** Runs a plan and judges it. */
export async function runPlan(plan: Plan, isFast: boolean): Promise<Watch> {
    const { watch } = await runWorld(plan, isFast)
    return watch
}

/** As {@link runPlan}, with all that was stored. */
export async function runWorld(
    plan: Plan,
    isFast: boolean
): Promise<{ watch: Watch; stored: StoredChannel[] }> {
    const dir = makeScratch()
    const watch = new Watch(plan)
    const world = isFast ? new FastWorld(plan, dir, watch) : new PlainWorld(plan, dir, watch)
    const stored = await runIn(world, watch)
    rmSync(dir, { recursive: true, force: true })
    return { watch, stored }
}

interface SoakWorld {
    run(): Promise<void>
    readonly db: Database
    readonly homes: readonly WatchedHome[]
    nowMs(): number
    stop(): Promise<void> | void
}

/** Runs a world to its end, judges and stops it; returns what was stored. */
export async function runIn(world: SoakWorld, watch: Watch): Promise<StoredChannel[]> {
    try {
        await world.run()
        const stored = readStored(world.db)
        watch.judge(stored, world.homes, world.nowMs())
        return stored
    } catch (error) {
        // whatever a device or the server throws is a panic
        watch.failed("no-panic", `${error instanceof Error ? error.stack : error}`)
        return []
    } finally {
        await world.stop()
    }
}
