import type { Server } from "node:http"
import type { FastifyInstance } from "fastify"
import { buildApp } from "../server/app.js"
import { createSecretBox } from "../server/auth/secret-box.js"
import { openDataDir } from "../server/data-dir.js"
import { provisionDevice } from "../server/provision.js"
import { openSqliteStore } from "../server/store/sqlite.js"
import type { Store } from "../server/store/store.js"
import { LinkFaults } from "../sim/link-faults.js"
import { MemoryNet } from "../sim/memory-net.js"
import type { Scheduler } from "../sim/scheduler.js"
import type { Link, Registration } from "../sim/world.js"
import { connectionString } from "./connection-string.js"

export interface VirtualServer {
    store: Store
    app: FastifyInstance
    register(device: Registration): string
    link(scheduler: Scheduler, wake: (work: () => void) => void): Link
    close(): Promise<void>
}

export interface VirtualServerOptions {
    dataDir: string
    /** Unix ms of the simulated world. */
    clock: () => number
    randomBytes: (size: number) => Buffer
    latencyMs: number
}

/** The real server on virtual time, reached through memory instead of sockets. */
export async function openVirtualServer(options: VirtualServerOptions): Promise<VirtualServer> {
    const { randomBytes, clock } = options
    const data = openDataDir(options.dataDir, randomBytes)
    const store = await openSqliteStore({
        file: data.databaseFile,
        secretBox: createSecretBox(data.secretKey, randomBytes),
    })
    // device ids come from the seed: a second run's reports would pass for repeats of the first's
    if (store.listDevices().length > 0) {
        store.close()
        data.release()
        throw new Error(`${options.dataDir} already holds devices: choose an empty folder.`)
    }
    const app = await buildApp({
        store,
        clock,
        uptimeMs: clock,
        randomBytes,
        logger: false,
        readOnly: false,
        dataDir: options.dataDir,
    })
    await app.ready()
    return {
        store,
        app,
        register: device => registerDevice(store, device, "http://127.0.0.1:8087"),
        link: (scheduler, wake) => memoryLink(scheduler, app.server, options.latencyMs, wake),
        close: async () => {
            await app.close()
            store.close()
            data.release()
        },
    }
}

/** Makes a device known unless it is already; returns its connection string. */
export function registerDevice(store: Store, device: Registration, serverUrl: string): string {
    const known = store.deviceKey(device.id)
    if (!known) provisionDevice(store, device)
    return connectionString(serverUrl, device.id, known ?? device.key)
}

function memoryLink(
    scheduler: Scheduler,
    server: Server,
    latencyMs: number,
    wake: (work: () => void) => void
): Link {
    const faults = new LinkFaults(scheduler)
    const net = new MemoryNet(server, latencyMs, faults, wake, () => scheduler.oweTurn())
    return { net, tls: { connect: () => net.createConnection() }, faults }
}
