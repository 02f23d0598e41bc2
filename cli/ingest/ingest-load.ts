import { randomBytes } from "node:crypto"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { DATABASE_FILE } from "../../server/data-dir.js"
import { provisionDevice } from "../../server/provision.js"
import type { Store } from "../../server/store/store.js"
import { copyHistory } from "../history/copies.js"
import { storeHistory } from "../history/store-history.js"
import type { Progress } from "../progress.js"
import { ServerProcess } from "../storm/server-process.js"
import { withStore } from "../with-store.js"
import { type CommitTrace, traceCommits } from "./commit-trace.js"
import { PacedDevice } from "./paced-device.js"
import { PacedLoad } from "./paced-load.js"
import { type Usage, usageOf } from "./process-usage.js"

const SLOTS = 10
const REPORT_MS = SLOTS * 5000
const WARM_UP_S = 5
const DAY_S = 86_400
const DAY_MS = DAY_S * 1000
const SETTLE_MS = 1000
const TRACED_RATE = 200
const TRACED_S = 5

export interface LoadOptions {
    devices: number
    /** Reports a second of all devices together. */
    rate: number
    seconds: number
    /** Days of slots that each device has stored before. */
    days: number
}

export interface LoadResult {
    devices: number
    seconds: number
    reportsPerS: number
    slotsPerS: number
    ackMedianMs: number
    ackP99Ms: number
    ackWorstMs: number
    /** Reports whose turn had come and that were not acknowledged, at the most. */
    mostWaiting: number
    serverCpuUsPerReport: number
    loadCpuUsPerReport: number
    writtenBytesPerReport: number
    idleBytesPerLink: number
    /** Null where there is no strace. */
    trace: CommitTrace | null
    reportsSent: number
    pulsesSent: number
    pulsesInSlots: number
    devicesWithLoss: number
}

/**
 * Devices of this process report to a server in another one, over sockets, at a steady rate: each report has
 * its turn whether the ones before it were acknowledged or not, and its latency counts from its turn.
 */
export async function ingestLoad(
    dataDir: string,
    { devices: count, rate, seconds, days }: LoadOptions,
    progress: Progress
): Promise<LoadResult> {
    const reportsEach = Math.ceil(((seconds + WARM_UP_S) * rate + TRACED_S * TRACED_RATE) / count)
    // a backlog, which ends before now
    const startMs = Math.floor(Date.now() / REPORT_MS - reportsEach - 1) * REPORT_MS
    const devices = Array.from({ length: count }, () => {
        return new PacedDevice(randomBytes(8).toString("hex"), randomBytes(32), startMs)
    })
    await withStore(dataDir, store => {
        for (const { id, name, deviceKey: key } of devices)
            provisionDevice(store, { id, name, key })
        if (days > 0) storeHistories(store, devices, startMs, days)
    })
    if (days > 0) {
        const { fromS, toS } = historyBefore(startMs, days)
        const source = { channel: 1, fromS, toS }
        copyHistory(join(dataDir, DATABASE_FILE), source, { years: 1, days })
    }
    const server = await ServerProcess.start(dataDir, 0)
    try {
        const bare = usageOf(server.pid)
        await Promise.all(devices.map(device => device.open(server.url)))
        await pause(SETTLE_MS)
        const idle = usageOf(server.pid)
        for (const device of devices) device.prepare(reportsEach)
        const load = new PacedLoad(devices)
        const onTick = () => progress.update(load.acknowledged)
        await load.run(rate, WARM_UP_S, onTick)
        load.startMeasuring()
        const from = { ...usages(server), atMs: performance.now(), acknowledged: load.acknowledged }
        await load.run(rate, seconds, onTick)
        await load.drain()
        const tookS = (performance.now() - from.atMs) / 1000
        const to = usages(server)
        const measured = load.acknowledged - from.acknowledged
        const latenciesMs = load.latenciesMs.toSorted((a, b) => a - b)
        const trace = await traceCommits(server.pid, join(dataDir, "trace"), async () => {
            await load.run(TRACED_RATE, TRACED_S)
            await load.drain()
        })
        for (const device of devices) device.close()
        await server.end("SIGTERM")
        const cpuUs = (before: Usage, after: Usage) =>
            round(((after.cpuS - before.cpuS) * 1e6) / measured)
        const at = (share: number) => round(latenciesMs[Math.floor(share * (measured - 1))])
        const written = to.server.writtenBytes - from.server.writtenBytes
        return {
            devices: count,
            seconds: round(tookS),
            reportsPerS: Math.round(measured / tookS),
            slotsPerS: Math.round((measured * SLOTS) / tookS),
            ackMedianMs: at(0.5),
            ackP99Ms: at(0.99),
            ackWorstMs: at(1),
            mostWaiting: load.mostWaiting,
            serverCpuUsPerReport: cpuUs(from.server, to.server),
            loadCpuUsPerReport: cpuUs(from.load, to.load),
            writtenBytesPerReport: Math.round(written / measured),
            idleBytesPerLink: Math.round((idle.residentBytes - bare.residentBytes) / count),
            trace: trace ?? null,
            reportsSent: load.sent,
            ...(await compare(dataDir, devices, startMs)),
        }
    } finally {
        await server.end("SIGKILL")
    }
}

/** The last full days before a time. */
function historyBefore(untilMs: number, days: number): { fromS: number; toS: number } {
    const toS = Math.floor(untilMs / DAY_MS) * DAY_S
    return { fromS: toS - days * DAY_S, toS }
}

/** Makes every device's channel, and gives the first its history, which the others' are copied from. */
function storeHistories(store: Store, devices: PacedDevice[], startMs: number, days: number): void {
    const hello = { bootId: 1, uptimeMs: 0, board: "bench", kinds: [0] }
    store.ingest(devices.map(({ id }) => ({ kind: "hello", deviceId: id, nowMs: startMs, hello })))
    const fromMs = historyBefore(startMs, days).fromS * 1000
    const history = { deviceId: devices[0].id, fromMs, days, mostPulses: 29 }
    storeHistory(store, history, () => undefined)
}

function usages(server: ServerProcess): { server: Usage; load: Usage } {
    return { server: usageOf(server.pid), load: usageOf(process.pid) }
}

function round(value: number): number {
    return Math.round(value * 10) / 10
}

async function compare(dataDir: string, devices: PacedDevice[], sinceMs: number) {
    const stored = new Map<string, number>()
    await withStore(dataDir, store => {
        // what has its slots; a total alone would hide a report that was lost
        for (const { deviceId, sinceCount } of store.now(sinceMs)) stored.set(deviceId, sinceCount)
    })
    const sum = (counts: number[]) => counts.reduce((total, count) => total + count, 0)
    return {
        pulsesSent: sum(devices.map(({ pulses }) => pulses)),
        pulsesInSlots: sum([...stored.values()]),
        devicesWithLoss: devices.filter(({ id, pulses }) => stored.get(id) !== pulses).length,
    }
}
