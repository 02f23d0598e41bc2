import type { Database } from "better-sqlite3"
import { createSecretBox } from "../../server/auth/secret-box.js"
import { Ingest } from "../../server/ingest.js"
import { LiveHub } from "../../server/live-hub.js"
import { provisionDevice } from "../../server/provision.js"
import { openSqliteStore } from "../../server/store/sqlite.js"
import type { Store } from "../../server/store/store.js"
import { StoreHealth } from "../../server/store-health.js"
import type { DeviceLink } from "../../server/transports/device-link.js"
import { DeviceMessages } from "../../server/transports/device-messages.js"
import type { DownlinkMessage } from "../../server/transports/downlink.js"
import { DatabaseFiles } from "../database-files.js"
import { armCrash, captureDatabase, limitDisk } from "../database-hook.js"
import { logTo, type OnLog } from "../server-log.js"

/** What a link must be to the server's messages: no socket, no encryption. */
export interface Peer {
    deviceId: string
    send(message: DownlinkMessage): void
}

export interface FastServerOptions {
    dir: string
    /** Unix ms. */
    clock: () => number
    /** Milliseconds that never go back. */
    uptimeMs: () => number
    randomBytes: (size: number) => Buffer
    /** What the server writes to its log as a warning or an error. */
    onLog: OnLog
}

/** The real ingest and store on a real file, without a network. */
export class FastServer {
    private readonly files: DatabaseFiles
    private parts:
        | { store: Store; db: Database; ingest: Ingest; messages: DeviceMessages }
        | undefined

    constructor(private readonly options: FastServerOptions) {
        this.files = new DatabaseFiles(options.dir)
    }

    get isUp(): boolean {
        return this.parts !== undefined
    }

    get store(): Store {
        return this.running().store
    }

    get db(): Database {
        return this.running().db
    }

    async start(): Promise<void> {
        const { clock, uptimeMs, randomBytes, onLog } = this.options
        const secretBox = createSecretBox(Buffer.alloc(32, 1), randomBytes)
        const { opened: store, db } = await captureDatabase(() =>
            openSqliteStore({ file: this.files.file(), secretBox })
        )
        const log = logTo(onLog)
        const hub = new LiveHub()
        const deps = {
            store,
            clock,
            uptimeMs,
            randomBytes,
            logger: false as const,
            readOnly: false,
            dataDir: this.options.dir,
        }
        const health = new StoreHealth({ ...deps, log })
        const ingest = new Ingest({ ...deps, hub, health, log })
        const messages = new DeviceMessages(deps, { ingest, hub, health, log })
        this.parts = { store, db, ingest, messages }
        // pages that the migrations left free would keep a full disk from being felt
        if (this.files.generation === 0) db.exec("VACUUM")
    }

    register(id: string, name: string): void {
        provisionDevice(this.store, { id, name, key: Buffer.alloc(32, 7) })
    }

    receive(peer: Peer, topic: string, data: Buffer): void {
        this.running().messages.receive(peer as unknown as DeviceLink, topic, data)
    }

    /** Ends a turn of the server: what came in it is stored in one commit. */
    flush(): void {
        this.running().ingest.flush()
    }

    /**
     * Ends a turn by a crash before its n-th statement; what the files hold at that moment is what
     * the next start finds. With fewer statements the crash comes after the turn's last one.
     */
    crash(statement: number, die: (isDone: boolean) => void): void {
        const { db, ingest } = this.running()
        let isCopied = false
        const copy = () => {
            this.files.copy()
            isCopied = true
            die(false)
        }
        const disarm = armCrash(db, statement, copy)
        try {
            ingest.flush()
        } finally {
            disarm()
        }
        if (!isCopied) {
            this.files.copy()
            die(true)
        }
        this.stop()
        this.files.moveOn()
    }

    setDiskFull(isFull: boolean): void {
        limitDisk(this.running().db, isFull)
    }

    stop(): void {
        this.parts?.store.close()
        this.parts = undefined
    }

    private running() {
        if (!this.parts) throw new Error("The server is down.")
        return this.parts
    }
}
