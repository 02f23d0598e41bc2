import { randomBytes } from "node:crypto"
import { setTimeout as pause } from "node:timers/promises"
import { provisionDevice } from "../../server/provision.js"
import type { Progress } from "../progress.js"
import { ServerProcess } from "../storm/server-process.js"
import { withStore } from "../with-store.js"
import { PacedDevice } from "./paced-device.js"
import { type Usage, usageOf } from "./process-usage.js"

const REPORT_MS = 50_000
const WARM_UP_S = 5
/** Turns are looked at this often. */
const TICK_MS = 2
/** How long the last acknowledgements may take. */
const DRAIN_MS = 30_000
const SETTLE_MS = 1000

export interface LoadOptions {
    devices: number
    /** Reports a second of all devices together. */
    rate: number
    seconds: number
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
    { devices: count, rate, seconds }: LoadOptions,
    progress: Progress
): Promise<LoadResult> {
    const reportsEach = Math.ceil(((seconds + WARM_UP_S) * rate) / count)
    // a backlog, which ends before now
    const startMs = Math.floor(Date.now() / REPORT_MS - reportsEach - 1) * REPORT_MS
    const latenciesMs: number[] = []
    let isMeasured = false
    let acknowledged = 0
    const onAcknowledged = (latencyMs: number) => {
        acknowledged++
        if (isMeasured) latenciesMs.push(latencyMs)
    }
    const devices = Array.from({ length: count }, () => {
        const id = randomBytes(8).toString("hex")
        return new PacedDevice(id, randomBytes(32), startMs, onAcknowledged)
    })
    await withStore(dataDir, store => {
        for (const { id, name, deviceKey: key } of devices)
            provisionDevice(store, { id, name, key })
    })
    const server = await ServerProcess.start(dataDir, 0)
    try {
        const bare = usageOf(server.pid)
        await Promise.all(devices.map(device => device.open(server.url)))
        await pause(SETTLE_MS)
        const idle = usageOf(server.pid)
        for (const device of devices) device.prepare(reportsEach)
        const total = reportsEach * count
        const from = { server: idle, load: usageOf(process.pid), atMs: 0, acknowledged: 0 }
        let mostWaiting = 0
        let sent = 0
        const beganMs = performance.now()
        while (sent < total) {
            const nowMs = performance.now()
            const due = Math.min(total, Math.floor(((nowMs - beganMs) * rate) / 1000))
            for (; sent < due; sent++)
                devices[sent % count].sendNext(beganMs + (sent * 1000) / rate)
            if (!isMeasured && nowMs - beganMs >= WARM_UP_S * 1000) {
                isMeasured = true
                Object.assign(from, {
                    server: usageOf(server.pid),
                    load: usageOf(process.pid),
                    atMs: nowMs,
                    acknowledged,
                })
            }
            if (isMeasured) mostWaiting = Math.max(mostWaiting, sent - acknowledged)
            progress.update(acknowledged)
            await pause(TICK_MS)
        }
        const drainedByMs = performance.now() + DRAIN_MS
        while (acknowledged < total && performance.now() < drainedByMs) await pause(TICK_MS)
        const tookS = (performance.now() - from.atMs) / 1000
        const measured = acknowledged - from.acknowledged
        const to = { server: usageOf(server.pid), load: usageOf(process.pid) }
        for (const device of devices) device.close()
        await server.end("SIGTERM")
        const perReport = (used: (usage: Usage) => number, before: Usage, after: Usage) =>
            (used(after) - used(before)) / measured
        const cpuUs = ({ cpuS }: Usage) => cpuS * 1e6
        latenciesMs.sort((a, b) => a - b)
        const at = (share: number) => latenciesMs[Math.floor(share * (latenciesMs.length - 1))]
        return {
            devices: count,
            seconds: round(tookS),
            reportsPerS: Math.round(measured / tookS),
            slotsPerS: Math.round((measured / tookS) * 10),
            ackMedianMs: round(at(0.5)),
            ackP99Ms: round(at(0.99)),
            ackWorstMs: round(at(1)),
            mostWaiting,
            serverCpuUsPerReport: round(perReport(cpuUs, from.server, to.server)),
            loadCpuUsPerReport: round(perReport(cpuUs, from.load, to.load)),
            writtenBytesPerReport: Math.round(
                perReport(usage => usage.writtenBytes, from.server, to.server)
            ),
            idleBytesPerLink: Math.round((idle.residentBytes - bare.residentBytes) / count),
            reportsSent: sent,
            ...(await compare(dataDir, devices)),
        }
    } finally {
        await server.end("SIGKILL")
    }
}

function round(value: number): number {
    return Math.round(value * 10) / 10
}

async function compare(dataDir: string, devices: PacedDevice[]) {
    const stored = new Map<string, number>()
    await withStore(dataDir, store => {
        // what has its slots; a total alone would hide a report that was lost
        for (const { deviceId, sinceCount } of store.now(0)) stored.set(deviceId, sinceCount)
    })
    const sum = (counts: number[]) => counts.reduce((total, count) => total + count, 0)
    return {
        pulsesSent: sum(devices.map(({ pulses }) => pulses)),
        pulsesInSlots: sum([...stored.values()]),
        devicesWithLoss: devices.filter(({ id, pulses }) => stored.get(id) !== pulses).length,
    }
}
