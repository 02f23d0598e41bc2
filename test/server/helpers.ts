import { createHash } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { FastifyInstance } from "fastify"
import { onTestFinished } from "vitest"
import { buildApp } from "../../server/app.js"
import { createSecretBox } from "../../server/auth/secret-box.js"
import type { Deps } from "../../server/deps.js"
import { provisionDevice } from "../../server/provision.js"
import { openSqliteStore } from "../../server/store/sqlite.js"
import type { Store } from "../../server/store/store.js"
import type { Hello } from "../../src/wire/hello.js"
import { SLOTS_VERSION } from "../../src/wire/limits.js"
import type { Report } from "../../src/wire/report.js"

/** A Tuesday, 10:00 UTC. */
export const START_MS = Date.UTC(2026, 2, 3, 10)

export const DEVICE_ID = "00112233445566aa"
export const DEVICE_KEY = Buffer.alloc(32, 7)

/** Bytes that look random and are the same in every run. */
export function seededBytes(seed: string): (n: number) => Buffer {
    let calls = 0
    return n => {
        const parts: Buffer[] = []
        for (let size = 0; size < n; size += 32)
            parts.push(createHash("sha256").update(`${seed} ${calls++}`).digest())
        return Buffer.concat(parts).subarray(0, n)
    }
}

/** Whole numbers from 0 to below `limit`, the same in every run. */
export function seededNumbers(seed: string): (limit: number) => number {
    const bytes = seededBytes(seed)
    return limit => bytes(4).readUInt32LE() % limit
}

export function makeTempDir(): string {
    const dir = mkdtempSync(join(tmpdir(), "meterbeat-"))
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
    return dir
}

/** A store in memory with one device, closed after the test. */
export async function openTestStore(file = ":memory:"): Promise<Store> {
    const secretBox = createSecretBox(Buffer.alloc(32, 1), seededBytes("box"))
    const store = await openSqliteStore({ file, secretBox })
    onTestFinished(() => store.close())
    if (store.listDevices().length === 0)
        provisionDevice(store, { id: DEVICE_ID, name: "Cellar", key: DEVICE_KEY })
    return store
}

/** The app on a store in memory, with a clock that the test sets. */
export async function buildTestApp(change: Partial<Deps> = {}) {
    const store = change.store ?? (await openTestStore())
    const time = { nowMs: START_MS, uptimeMs: 0 }
    const deps: Deps = {
        store,
        clock: () => time.nowMs,
        uptimeMs: () => time.uptimeMs,
        randomBytes: seededBytes("app"),
        wait: async ms => {
            time.uptimeMs += ms
        },
        logger: false,
        readOnly: false,
        dataDir: "data",
        ...change,
    }
    const app = await buildApp(deps)
    onTestFinished(() => app.close())
    return { app, store, time, deps }
}

/** Listens on a free port of this machine; returns the URL. */
export async function listen(app: FastifyInstance): Promise<string> {
    await app.listen({ host: "127.0.0.1", port: 0 })
    return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
}

/** One light and one pulse channel, booted at START_MS. */
export function makeHello(change: Partial<Hello> = {}): Hello {
    return { bootId: 1, uptimeMs: 0, board: "meterbeat_s3", kinds: [0, 1], ...change }
}

/** Report number `at` of a boot in which each slot has two pulses; `change` says when it was. */
export function nthReport(at: number, change: Partial<Report> = {}): Report {
    return makeReport({ sequence: at * 10, countSinceBoot: (at + 1) * 20, ...change })
}

/** Ten slots of two pulses from START_MS on. */
export function makeReport(change: Partial<Report> = {}): Report {
    const slots = change.slots ?? new Array(10).fill(2)
    const whole = (change.slotSeconds ?? 5) / 5
    return {
        version: SLOTS_VERSION,
        span: slots.length * whole,
        firstSpan: whole,
        channel: 0,
        bootId: 1,
        sequence: 0,
        startMs: START_MS,
        isUptime: false,
        slotSeconds: 5,
        slots,
        countSinceBoot: slots.reduce((sum, count) => sum + Math.max(0, count), 0),
        rejected: 0,
        quality: 90,
        lateTicks: 0,
        pulseTimes: undefined,
        ...change,
    }
}
