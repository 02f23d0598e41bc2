import type { Server } from "node:http"
import type { Database } from "better-sqlite3"
import type { FastifyInstance } from "fastify"
import { registerDevice } from "../../cli/virtual-server.js"
import { buildApp } from "../../server/app.js"
import { createSecretBox } from "../../server/auth/secret-box.js"
import { openSqliteStore } from "../../server/store/sqlite.js"
import type { Store } from "../../server/store/store.js"
import { LinkFaults } from "../../sim/link-faults.js"
import { MemoryNet } from "../../sim/memory-net.js"
import type { Scheduler } from "../../sim/scheduler.js"
import type { Link, Registration } from "../../sim/world.js"
import { DatabaseFiles } from "../database-files.js"
import { armCrash, captureDatabase, limitDisk } from "../database-hook.js"
import { logTo, type OnLog } from "../server-log.js"

/** Where devices believe the server to be. */
export const SERVER_URL = "http://127.0.0.1:8087"

export interface PlainServerOptions {
    dir: string
    /** Unix ms of the server's clock. */
    clock: () => number
    uptimeMs: () => number
    randomBytes: (size: number) => Buffer
    latencyMs: number
    onLog: OnLog
}

/** The whole server, reached through memory, that can crash and start again. */
export class PlainServer {
    private readonly files: DatabaseFiles
    private parts: { store: Store; db: Database; app: FastifyInstance } | undefined

    constructor(private readonly options: PlainServerOptions) {
        this.files = new DatabaseFiles(options.dir)
    }

    get db(): Database {
        return this.running().db
    }

    get isUp(): boolean {
        return this.parts !== undefined
    }

    async start(): Promise<void> {
        const { clock, uptimeMs, randomBytes, dir, onLog } = this.options
        const secretBox = createSecretBox(Buffer.alloc(32, 1), randomBytes)
        const { opened: store, db } = await captureDatabase(() =>
            openSqliteStore({ file: this.files.file(), secretBox })
        )
        const app = await buildApp({
            store,
            clock,
            uptimeMs,
            randomBytes,
            logger: logTo(onLog),
            readOnly: false,
            dataDir: dir,
        })
        await app.ready()
        this.parts = { store, db, app }
        // pages that the migrations left free would keep a full disk from being felt
        if (this.files.generation === 0) db.exec("VACUUM")
    }

    register(device: Registration): string {
        return registerDevice(this.running().store, device, SERVER_URL)
    }

    link(scheduler: Scheduler, wake: (work: () => void) => void): Link {
        const faults = new LinkFaults(scheduler)
        // a server that is down takes no connection
        const front = {
            emit: (event: string, socket: { destroy(): void }) =>
                this.parts ? this.parts.app.server.emit(event, socket) : socket.destroy(),
        } as unknown as Server
        const { latencyMs } = this.options
        const net = new MemoryNet(front, latencyMs, faults, wake, () => scheduler.oweTurn())
        return { net, tls: { connect: () => net.createConnection() }, faults }
    }

    /** Crashes before the n-th statement from now on; `down` is called once the server is gone. */
    crashAt(statement: number, scheduler: Scheduler, down: () => void): void {
        const { db, app, store } = this.running()
        const disarm = armCrash(db, statement, () => {
            this.files.copy()
            this.parts = undefined
            const gone = app.close().then(() => {
                disarm()
                store.close()
                this.files.moveOn()
                down()
            })
            scheduler.owe(gone)
        })
    }

    setDiskFull(isFull: boolean): void {
        limitDisk(this.running().db, isFull)
    }

    async stop(): Promise<void> {
        const { parts } = this
        this.parts = undefined
        await parts?.app.close()
        parts?.store.close()
    }

    private running() {
        if (!this.parts) throw new Error("The server is down.")
        return this.parts
    }
}
