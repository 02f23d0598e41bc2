import { type CutSeries, type Ending, runCuts } from "../soak/cuts.js"
import { startProgress } from "./progress.js"

const ENDINGS: Ending[] = ["reboot", "power-cut"]

/** `meterbeat bench cuts`: what ends at random moments take with them; half of each kind online, half offline. */
export async function benchCuts(options: {
    count: number
    seed: number
    json: boolean
}): Promise<void> {
    if (options.count < 2) throw new Error("--count must be at least 2.")
    const progress = startProgress("run", 2 * ENDINGS.length, "series")
    const series: CutSeries[] = []
    for (const ending of ENDINGS)
        for (const isOnline of [true, false]) {
            const half = isOnline ? Math.ceil(options.count / 2) : Math.floor(options.count / 2)
            series.push(await runCuts(ending, isOnline, half, options.seed))
            progress.update(series.length)
        }
    progress.stop()
    if (options.json) console.log(JSON.stringify(series))
    else console.table(series.map(({ breaches, ...row }) => ({ ...row, broken: breaches.length })))
    const [breach] = series.flatMap(({ breaches }) => breaches)
    if (breach) throw new Error(`Broken: ${breach.invariant}: ${breach.detail}`)
}
