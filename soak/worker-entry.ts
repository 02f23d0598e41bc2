import type { Outcome } from "./outcome.js"
import { runSeed, type SeedOptions } from "./run-seed.js"

/** What the command sends to a worker. */
export interface Job {
    seed: number
    options: SeedOptions
}

/** What it sends back: an outcome, or why there is none. */
export type Answer = { outcome: Outcome } | { error: string }

process.on("message", (job: Job) => {
    runSeed(job.seed, job.options).then(
        outcome => answer({ outcome }),
        error => answer({ error: `seed ${job.seed}: ${error?.stack ?? error}` })
    )
})
// without the command there is nothing to do
process.on("disconnect", () => process.exit())
process.on("SIGINT", () => undefined)

function answer(message: Answer): void {
    process.send?.(message)
}
