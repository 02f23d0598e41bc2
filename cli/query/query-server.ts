import { randomBytes } from "node:crypto"
import { statSync } from "node:fs"
import { join } from "node:path"
import { ensureOwner } from "../../server/auth/owner.js"
import { DATABASE_FILE } from "../../server/data-dir.js"
import { provisionDevice } from "../../server/provision.js"
import type { Store } from "../../server/store/store.js"
import { copyHistory } from "../history/copies.js"
import { storeHistory } from "../history/store-history.js"
import { ServerProcess } from "../storm/server-process.js"
import { withStore } from "../with-store.js"
import { ApiSession } from "./session.js"

const DAY_MS = 86_400_000
const YEAR_DAYS = 365
const YEARS = 10
const FROM_MS = Date.UTC(2025, 0, 1)
const TO_MS = FROM_MS + YEAR_DAYS * DAY_MS
const MOST_PULSES = 29

/** A server with histories to ask for. */
export interface QueryServer {
    api: ApiSession
    pid: number
    /** Of channels and of sensors; the first has ten years. */
    ids: number[]
    /** Since when all of them have slots. */
    detailFromMs: number
    fromMs: number
    toMs: number
    bytes: number
    close(): Promise<void>
}

/**
 * A data folder with one sensor of ten years of slots (one year stored report by report, the others copies of
 * it) and as many others with the newest `days` of them; and a server for it.
 */
export async function openQueryServer(
    dataDir: string,
    { others, days }: { others: number; days: number }
): Promise<QueryServer> {
    let password = ""
    await withStore(dataDir, async store => {
        password = (await ensureOwner(store, randomBytes)) ?? ""
        for (let number = 0; number <= others; number++) addDevice(store, number)
        const history = { deviceId: deviceId(0), fromMs: FROM_MS, days: YEAR_DAYS }
        storeHistory(store, { ...history, mostPulses: MOST_PULSES }, () => undefined)
        for (const { id, name, type } of store.channels())
            store.addSensor({ name: `${name} ${id}`, type, channelIds: [id], isEnabled: true })
    })
    const file = join(dataDir, DATABASE_FILE)
    const source = { channel: 1, fromS: FROM_MS / 1000, toS: TO_MS / 1000 }
    copyHistory(file, source, { years: YEARS, days })
    const server = await ServerProcess.start(dataDir, 0)
    const api = await ApiSession.open(server.url, password)
    return {
        api,
        pid: server.pid,
        ids: Array.from({ length: others + 1 }, (_, at) => at + 1),
        detailFromMs: TO_MS - days * DAY_MS,
        fromMs: TO_MS - YEARS * YEAR_DAYS * DAY_MS,
        toMs: TO_MS,
        bytes: statSync(file).size,
        close: async () => {
            api.close()
            await server.end("SIGTERM")
        },
    }
}

function deviceId(number: number): string {
    return number.toString(16).padStart(16, "0")
}

function addDevice(store: Store, number: number): void {
    const id = deviceId(number)
    provisionDevice(store, { id, name: `Bench ${number}`, key: Buffer.alloc(32, 1) })
    const hello = { bootId: 1, uptimeMs: 0, board: "bench", kinds: [0] }
    store.ingest([{ kind: "hello", deviceId: id, nowMs: FROM_MS, hello }])
}
