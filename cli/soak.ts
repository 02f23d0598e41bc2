import { type Summary, summarize } from "../soak/outcome.js"
import { startSoak } from "../soak/run.js"
import { startProgress } from "./progress.js"

export interface SoakOptions {
    seeds: number
    hours: number
    devices: number
    /** Only this one. */
    seed?: number
    fast: boolean
    json: boolean
}

/** `meterbeat soak`: homes with faults of every kind, judged by what their sources know. */
export async function soak(options: SoakOptions): Promise<void> {
    const { hours, devices, fast: isFast } = options
    const seeds =
        options.seed === undefined
            ? Array.from({ length: options.seeds }, (_, i) => i + 1)
            : [options.seed]
    const progress = startProgress("soaked", seeds.length, "seeds")
    let doneCount = 0
    const run = startSoak(seeds, { hours, devices, isFast }, () => progress.update(++doneCount))
    for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => run.stop())
    const outcomes = await run.outcomes
    progress.stop()
    const summary = summarize(outcomes)
    if (options.json) console.log(JSON.stringify(summary))
    else printSummary(summary, options)
    if (summary.failures.length > 0) process.exitCode = 1
}

function printSummary(summary: Summary, options: SoakOptions): void {
    const { fired, failures, ...figures } = summary
    console.table(figures)
    console.table(fired)
    for (const { seed, breaches, shortened } of failures) {
        console.log(seed < 0 ? "the whole run" : `seed ${seed}`)
        for (const { invariant, detail } of breaches) console.log(`  ${invariant}: ${detail}`)
        if (shortened) console.log(`shortened, it still fails:\n${shortened}`)
        if (seed >= 0) console.log(`replay: ${commandOf(seed, options)}`)
    }
    console.log(failures.length === 0 ? "no invariant broken" : `${failures.length} failures`)
}

function commandOf(seed: number, { hours, devices, fast }: SoakOptions): string {
    const size = `--hours ${hours} --devices ${devices}${fast ? " --fast" : ""}`
    return `npx meterbeat soak --seed ${seed} ${size}`
}
