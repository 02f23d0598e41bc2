import { randomBytes } from "node:crypto"
import type { AddressInfo } from "node:net"
import { fileURLToPath } from "node:url"
import type { FastifyBaseLogger, FastifyInstance } from "fastify"
import { buildApp } from "./app.js"
import { ensureOwner } from "./auth/owner.js"
import { createSecretBox } from "./auth/secret-box.js"
import { checkOptions, type ListenOptions } from "./config.js"
import { type DataDir, openDataDir, readDataDir } from "./data-dir.js"
import { AppError } from "./errors.js"
import { openSqliteStore } from "./store/sqlite.js"
import type { Store } from "./store/store.js"
import { readTlsFiles } from "./tls-files.js"

const WEB_DIR = fileURLToPath(new URL("../built/web", import.meta.url))

export interface ServerOptions extends ListenOptions {
    readOnly: boolean
    logger?: FastifyBaseLogger
    /** Unix ms; the system's clock by default. */
    now?: () => number
}

export interface RunningServer {
    url: string
    store: Store
    app: FastifyInstance
    /** The owner's first password, to be shown once; only on a new database. */
    firstRunPassword?: string
    /** Ends links and answers, then closes the database. */
    close(): Promise<void>
}

/** Opens the data folder and serves it. Throws AppError with one plain sentence. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
    checkOptions(options)
    const tls = readTlsFiles(options.tlsCert, options.tlsKey)
    const { dataDir, readOnly } = options
    const data = readOnly ? readDataDir(dataDir) : openDataDir(dataDir, randomBytes)
    const undo: (() => unknown)[] = [data.release]
    const close = async () => {
        for (const step of undo.splice(0).reverse()) await step()
    }
    try {
        const store = await openStore(data, readOnly)
        undo.push(() => store.close())
        const app = await buildApp({
            store,
            clock: options.now ?? Date.now,
            uptimeMs: () => performance.now(),
            randomBytes,
            logger: options.logger ?? false,
            readOnly,
            dataDir,
            ...(tls && { tls }),
            trustedProxies: options.trustedProxies ?? [],
            webDir: WEB_DIR,
        })
        undo.push(() => app.close())
        const url = `${tls ? "https" : "http"}://${await listen(app, options)}`
        // only now: a start that fails must not use up the password that is shown once
        const firstRunPassword = readOnly ? undefined : await ensureOwner(store, randomBytes)
        return { url, store, app, firstRunPassword, close }
    } catch (error) {
        await close()
        throw error
    }
}

function openStore(data: DataDir, readOnly: boolean): Promise<Store> {
    const secretBox = createSecretBox(data.secretKey, randomBytes)
    return openSqliteStore({ file: data.databaseFile, secretBox, readOnly })
}

async function listen(app: FastifyInstance, { host, port }: ListenOptions): Promise<string> {
    try {
        await app.listen({ host, port })
    } catch (error) {
        throw toSentence(error, host, port)
    }
    const bound = app.server.address() as AddressInfo
    const name = bound.family === "IPv6" ? `[${bound.address}]` : bound.address
    return `${name}:${bound.port}`
}

function toSentence(error: unknown, host: string, port: number): unknown {
    const code = error instanceof Error && "code" in error ? error.code : undefined
    if (code === "EADDRINUSE")
        return new AppError(
            "port_in_use",
            `Port ${port} on ${host} is in use: stop the program that has it, or choose another with --port.`
        )
    if (code === "EACCES" || code === "EADDRNOTAVAIL" || code === "ENOTFOUND")
        return new AppError(
            "cannot_listen",
            `The server may not listen on ${host} port ${port}: choose another with --host or --port.`
        )
    return error
}
