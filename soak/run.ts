import { type ChildProcess, fork } from "node:child_process"
import { rmSync } from "node:fs"
import { fileURLToPath } from "node:url"
import type { Outcome } from "./outcome.js"
import type { SeedOptions } from "./run-seed.js"
import { makeScratch, SCRATCH_VARIABLE } from "./scratch.js"
import type { Answer, Job } from "./worker-entry.js"

const WORKERS = 2
const WORKER = fileURLToPath(new URL("./worker-entry.ts", import.meta.url))

/** A run of many seeds, in two processes. */
export interface SoakRun {
    /** Resolves when all seeds are done, or those under way after {@link stop}. */
    outcomes: Promise<Outcome[]>
    /** Ends at once; what is done counts. */
    stop(): void
}

export function startSoak(
    seeds: readonly number[],
    options: SeedOptions,
    onDone: (outcome: Outcome) => void
): SoakRun {
    const waiting = [...seeds]
    const done: Outcome[] = []
    const workers: ChildProcess[] = []
    let isStopped = false
    const dir = makeScratch()
    const work = () =>
        new Promise<void>((resolve, reject) => {
            const env = { ...process.env, [SCRATCH_VARIABLE]: dir }
            const worker = fork(WORKER, { execArgv: ["--import", "tsx"], env })
            workers.push(worker)
            const next = () => {
                const seed = waiting.shift()
                if (seed === undefined) worker.kill()
                else worker.send({ seed, options } satisfies Job)
            }
            worker.on("message", (answer: Answer) => {
                if ("error" in answer) {
                    reject(new Error(answer.error))
                    stop()
                    return
                }
                done.push(answer.outcome)
                onDone(answer.outcome)
                next()
            })
            worker.on("exit", code => {
                if (code && !isStopped) reject(new Error(`A worker ended with status ${code}.`))
                resolve()
            })
            next()
        })
    const stop = () => {
        isStopped = true
        waiting.length = 0
        for (const worker of workers) worker.kill("SIGKILL")
    }
    const count = Math.min(WORKERS, seeds.length)
    const outcomes = Promise.all(Array.from({ length: count }, work))
        .then(() => done.sort((a, b) => a.seed - b.seed))
        .finally(() => rmSync(dir, { recursive: true, force: true }))
    return { outcomes, stop }
}
