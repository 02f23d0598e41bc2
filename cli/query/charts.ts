import { Random } from "../../sim/random.js"
import { usageOf } from "../ingest/process-usage.js"
import type { QueryServer } from "./query-server.js"

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const POINTS = 1000
/** Shorter charts are asked of any sensor, at any time of the detail that all of them have. */
const LONGEST_SHORT_MS = 7 * DAY_MS

/** What people look at: how long, and how fine if it is not the server that chooses. */
const CHARTS = [
    { name: "1 hour", spanMs: HOUR_MS },
    { name: "1 day", spanMs: DAY_MS },
    { name: "1 day in 5 s slots", spanMs: DAY_MS, resolution: "slot" },
    { name: "1 week", spanMs: 7 * DAY_MS },
    { name: "1 month", spanMs: 30 * DAY_MS },
    { name: "83 days", spanMs: 83 * DAY_MS },
    { name: "1 year", spanMs: 365 * DAY_MS },
    { name: "10 years", spanMs: 3650 * DAY_MS },
]
type Chart = (typeof CHARTS)[number]

export interface ChartResult {
    kind: string
    chart: string
    steps: number
    medianMs: number
    p99Ms: number
    worstMs: number
    serverCpuMs: number
}

/** Asks several servers for every chart in turn, so that what else the machine does meets all alike. */
export async function askCharts(
    servers: QueryServer[],
    kind: "channels" | "sensors",
    runs: number,
    onAnswer: () => void
): Promise<ChartResult[][]> {
    const results: ChartResult[][] = servers.map(() => [])
    for (const chart of CHARTS) {
        const askers = servers.map(server => new Asker(server, kind, chart))
        for (const asker of askers) await asker.checkGaps()
        for (let run = 0; run < runs; run++) {
            for (const asker of askers) await asker.ask()
            onAnswer()
        }
        for (const [at, asker] of askers.entries()) results[at].push(asker.result())
    }
    return results
}

/** One chart of one server, again and again. */
class Asker {
    private readonly random = new Random(7)
    private readonly tookMs: number[] = []
    private steps = 0
    private cpuS = 0

    constructor(
        private readonly server: QueryServer,
        private readonly kind: "channels" | "sensors",
        private readonly chart: Chart
    ) {}

    /** A gap would make a chart cheaper than it is. */
    async checkGaps(): Promise<void> {
        const { text } = await this.server.api.get(this.path())
        const { values } = JSON.parse(text) as { values: (number | null)[] }
        if (values.includes(null)) throw new Error(`A chart of ${this.chart.name} has gaps.`)
        this.steps = values.length
    }

    async ask(): Promise<void> {
        const { pid, api } = this.server
        const before = usageOf(pid).cpuS
        this.tookMs.push((await api.get(this.path())).tookMs)
        this.cpuS += usageOf(pid).cpuS - before
    }

    result(): ChartResult {
        const sorted = this.tookMs.toSorted((a, b) => a - b)
        const at = (share: number) => round(sorted[Math.floor(share * (sorted.length - 1))])
        return {
            kind: this.kind,
            chart: this.chart.name,
            steps: this.steps,
            medianMs: at(0.5),
            p99Ms: at(0.99),
            worstMs: at(1),
            serverCpuMs: round((this.cpuS * 1000) / sorted.length),
        }
    }

    private path(): string {
        const { spanMs, resolution } = this.chart
        const { ids, detailFromMs, fromMs, toMs } = this.server
        const isShort = spanMs <= LONGEST_SHORT_MS
        const earliestMs = isShort ? detailFromMs : fromMs
        const startMs = earliestMs + Math.floor(this.random.next() * (toMs - earliestMs - spanMs))
        const id = isShort ? ids[this.random.nextInt(ids.length)] : ids[0]
        const detail = resolution ? `resolution=${resolution}` : `points=${POINTS}`
        return `${this.kind}/${id}/series?fromMs=${startMs}&toMs=${startMs + spanMs}&${detail}`
    }
}

function round(value: number): number {
    return Math.round(value * 10) / 10
}
