import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startProgress } from "./progress.js"
import { askCharts, type ChartResult } from "./query/charts.js"
import { disturb } from "./query/disturbance.js"
import { openQueryServer } from "./query/query-server.js"

/** Of the days that all sensors have, these stay when old slots are deleted. */
const KEPT_SHARE = 0.7
/** Charts, times channels and sensors, times quiet and disturbed. */
const ROUNDS = 8 * 2 * 2

export interface BenchQueryOptions {
    sensors: number
    days: number
    runs: number
    json: boolean
}

interface QueryRow extends ChartResult {
    /** With all sensors stored, and then with old slots deleted and backups made meanwhile. */
    manyMedianMs: number
    manyP99Ms: number
    manyCpuMs: number
    disturbedMedianMs: number
    disturbedP99Ms: number
}

/** `meterbeat bench query`: charts of one sensor alone, of one among many, and while others work. */
export async function benchQuery({ sensors, days, runs, json }: BenchQueryOptions): Promise<void> {
    const dir = mkdtempSync(join(tmpdir(), "meterbeat-query-"))
    const progress = startProgress("asked", ROUNDS * runs, "charts")
    let asked = 0
    const onAnswer = () => progress.update(++asked)
    const one = await openQueryServer(join(dir, "one"), { others: 0, days })
    const many = await openQueryServer(join(dir, "many"), { others: sensors - 1, days })
    try {
        const rows: QueryRow[] = []
        const kinds = ["channels", "sensors"] as const
        const quiet = []
        for (const kind of kinds) quiet.push(await askCharts([one, many], kind, runs, onAnswer))
        const keepDays = Math.ceil(days * KEPT_SHARE)
        const disturbance = await disturb(many, join(dir, "many"), keepDays)
        const kept = { ...many, detailFromMs: many.toMs - keepDays * 86_400_000 + 86_400_000 }
        for (const [at, kind] of kinds.entries()) {
            const [disturbed] = await askCharts([kept], kind, runs, onAnswer)
            const [alone, among] = quiet[at]
            for (const [chart, row] of alone.entries())
                rows.push({
                    ...row,
                    manyMedianMs: among[chart].medianMs,
                    manyP99Ms: among[chart].p99Ms,
                    manyCpuMs: among[chart].serverCpuMs,
                    disturbedMedianMs: disturbed[chart].medianMs,
                    disturbedP99Ms: disturbed[chart].p99Ms,
                })
        }
        const { backups } = disturbance
        await disturbance.stop()
        const result = { sensors, days, runs, bytes: many.bytes, backups, rows }
        if (json) console.log(JSON.stringify(result))
        else {
            console.table({ sensors, days, runs, bytes: many.bytes, backups })
            console.table(rows)
        }
    } finally {
        progress.stop()
        await one.close()
        await many.close()
        rmSync(dir, { recursive: true, force: true })
    }
}
