import { randomBytes } from "node:crypto"
import { provisionDevice } from "../../server/provision.js"
import type { Progress } from "../progress.js"
import { withStore } from "../with-store.js"
import { ServerProcess } from "./server-process.js"
import { StormDevice } from "./storm-device.js"

/** What each device has counted while there was no server: ten minutes. */
const REPORTS_WAITING = 12
const REPORT_MS = 50_000

export interface StormResult {
    devices: number
    reports: number
    /** From the moment the server listens again until the last device's last report is acknowledged. */
    allServedS: number
    medianServedS: number
    /** Tries at a link that came to nothing, while the server was away and after. */
    failedTries: number
    serverPeakMb: number | null
    pulsesSent: number
    pulsesStored: number
    devicesWithLoss: number
}

/** Kills a server under that many devices, starts it again, and lets all of them come back at once. */
export async function storm(
    dataDir: string,
    count: number,
    progress: Progress
): Promise<StormResult> {
    const startMs = Math.floor((Date.now() - 3_600_000) / REPORT_MS) * REPORT_MS
    const devices = Array.from({ length: count }, () => {
        return new StormDevice(randomBytes(8).toString("hex"), randomBytes(32), startMs)
    })
    await withStore(dataDir, store => {
        for (const device of devices) provisionDevice(store, device)
    })
    let server = await ServerProcess.start(dataDir, 0)
    try {
        for (const device of devices) device.addReports(1)
        await Promise.all(devices.map(device => device.deliver(server.url)))
        await server.end("SIGKILL")
        for (const device of devices) {
            device.close()
            device.addReports(REPORTS_WAITING)
        }
        const servedMs: number[] = []
        const { url } = server
        const all = devices.map(async device => {
            await device.deliver(url)
            progress.update(servedMs.push(performance.now()))
        })
        server = await ServerProcess.start(dataDir, Number(new URL(url).port))
        const listeningMs = performance.now()
        await Promise.all(all)
        const peak = server.peakBytes()
        for (const device of devices) device.close()
        await server.end("SIGTERM")
        return {
            devices: count,
            reports: count * (REPORTS_WAITING + 1),
            allServedS: seconds(servedMs[count - 1] - listeningMs),
            medianServedS: seconds(servedMs[Math.floor(count / 2)] - listeningMs),
            failedTries: devices.reduce((sum, { failedTries }) => sum + failedTries, 0),
            serverPeakMb: peak === undefined ? null : Math.round(peak / 1e6),
            ...(await compare(dataDir, devices)),
        }
    } finally {
        await server.end("SIGKILL")
    }
}

function seconds(ms: number): number {
    return Math.round(ms / 100) / 10
}

async function compare(dataDir: string, devices: StormDevice[]) {
    const stored = new Map<string, number>()
    await withStore(dataDir, store => {
        // what has its slots; a total alone would hide a report that was lost
        for (const { deviceId, sinceCount } of store.now(0)) stored.set(deviceId, sinceCount)
    })
    const sum = (counts: number[]) => counts.reduce((total, count) => total + count, 0)
    return {
        pulsesSent: sum(devices.map(({ pulses }) => pulses)),
        pulsesStored: sum([...stored.values()]),
        devicesWithLoss: devices.filter(({ id, pulses }) => stored.get(id) !== pulses).length,
    }
}
