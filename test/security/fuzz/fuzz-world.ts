import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { FastifyInstance } from "fastify"
import { pino } from "pino"
import { buildApp } from "../../../server/app.js"
import { createSecretBox } from "../../../server/auth/secret-box.js"
import { SESSION_COOKIE } from "../../../server/auth/sessions.js"
import { makeToken } from "../../../server/auth/tokens.js"
import { provisionDevice } from "../../../server/provision.js"
import { FIRST_HOME } from "../../../server/store/people-store.js"
import { openSqliteStore } from "../../../server/store/sqlite.js"
import type { Store } from "../../../server/store/store.js"
import { DEVICE_ID, DEVICE_KEY, nthReport, START_MS, seededBytes } from "../../server/helpers.js"
import { ingestAll, MAINS_ID, makeMains, makeSlot, sayHello } from "../../server/mains-helpers.js"
import { addOwner, PASSWORD, request, signIn, USER } from "../../server/routes/sign-in.js"
import { DatabaseState } from "./database-state.js"
import { Exchange } from "./exchange.js"
import { addNeighbours } from "./neighbours.js"
import type { Known } from "./route-inputs.js"
import { parametersOf, recordedRequests } from "./seeds.js"

/** Stands in a file that no answer may hold. */
export const FORBIDDEN = "b1946ac92492d2347c6235b4d2611184"

const ERROR_LEVEL = 50

const STRANGER_ID = "ffeeddccbbaa0011"

/** A server with something of every kind in it, on a real file and a real port. */
export interface FuzzWorld {
    app: FastifyInstance
    store: Store
    url: string
    exchange: Exchange
    database: DatabaseState
    known: Known
    /** Takes back what would leave the inputs to come nothing to do but to be refused. */
    mend(): Promise<void>
    /** What the server called an error since the last call. */
    takeErrors(): string[]
    close(): Promise<void>
}

export async function openFuzzWorld(): Promise<FuzzWorld> {
    const dataDir = mkdtempSync(join(tmpdir(), "meterbeat-fuzz-"))
    const file = join(dataDir, "meterbeat.db")
    const randomBytes = seededBytes("fuzz")
    const secretBox = createSecretBox(Buffer.alloc(32, 1), randomBytes)
    const store = await openSqliteStore({ file, secretBox })
    await fill(store)
    const errors: string[] = []
    const logger = pino({ level: "warn" }, { write: (line: string) => void errors.push(line) })
    let uptimeMs = 0
    const app = await buildApp({
        store,
        clock: () => START_MS + 60_000,
        // every request comes a while after the one before, so that limits on tries let most through
        uptimeMs: () => (uptimeMs += 3000),
        wait: async () => undefined,
        randomBytes,
        logger,
        readOnly: false,
        dataDir,
        webDir: makePage(dataDir),
    })
    await app.listen({ host: "127.0.0.1", port: 0 })
    const cookie = await signIn(app)
    const known = knownOf(store, cookie, randomBytes)
    await addNeighbours(app, cookie, known)
    const database = new DatabaseState(file)
    return {
        app,
        store,
        url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`,
        exchange: new Exchange(app.server),
        database,
        known,
        mend: async () => {
            if (!(await isWhole(app, store, cookie))) database.restore()
        },
        takeErrors: () => errors.splice(0).filter(isError),
        close: async () => {
            database.close()
            await app.close()
            store.close()
            rmSync(dataDir, { recursive: true, force: true })
        },
    }
}

/** Is everybody and everything still there that inputs speak for and of? */
async function isWhole(app: FastifyInstance, store: Store, cookie: string): Promise<boolean> {
    const { statusCode } = await request(app, cookie)("GET", "/log")
    return (
        statusCode === 200 &&
        store.memberRole(FIRST_HOME, USER) === "owner" &&
        store.homeOfDevice(DEVICE_ID) === FIRST_HOME &&
        store.homeOfSensor(1) === FIRST_HOME
    )
}

/** A link's end is a warning, whoever's fault it was. */
function isError(line: string): boolean {
    return JSON.parse(line).level >= ERROR_LEVEL || line.includes("the server failed")
}

/** A folder to be served, beside what must never be. */
function makePage(dataDir: string): string {
    const dir = join(dataDir, "web")
    mkdirSync(dir)
    writeFileSync(join(dir, "index.html"), "<!doctype html><title>Meterbeat</title>")
    writeFileSync(join(dataDir, "secret.key"), FORBIDDEN)
    return dir
}

async function fill(store: Store): Promise<void> {
    provisionDevice(store, { id: DEVICE_ID, name: "Cellar", key: DEVICE_KEY })
    await addOwner(store)
    sayHello(store)
    ingestAll(
        store,
        { kind: "mains", report: makeMains({ slots: [makeSlot(), undefined, makeSlot()] }) },
        ...[0, 1, 2].map(at => ({ kind: "report" as const, report: nthReport(at) }))
    )
    store.addSensor({ name: "House", type: "electricity", isEnabled: true, channelIds: [1] })
    // somebody else's, which ann may not even know of
    const elsewhere = store.addHome({ name: "Elsewhere", timeZone: "Europe/Brussels" })
    provisionDevice(store, {
        id: STRANGER_ID,
        name: "Theirs",
        key: Buffer.alloc(32, 9),
        homeId: elsewhere.id,
    })
}

/** All that a client of this server may have in hand. */
function knownOf(store: Store, cookie: string, randomBytes: (n: number) => Buffer): Known {
    const deps = { store, clock: () => START_MS, randomBytes }
    const make = (kind: "account" | "sensor" | "device") =>
        makeToken(deps, {
            kind,
            name: kind,
            user: USER,
            sensorId: kind === "sensor" ? 1 : null,
            deviceId: kind === "device" ? DEVICE_ID : null,
        }).raw
    const tokens = [make("account"), make("sensor"), make("device")]
    const times = [0, 5000, 60_000, 86_400_000].map(ms => START_MS + ms)
    return {
        words: [
            ...["1", "2", String(MAINS_ID), "0", "99"],
            ...[DEVICE_ID, STRANGER_ID, USER, PASSWORD, "owner", "House", "Cellar"],
            ...times.map(String),
            ...times.map(ms => String(ms / 1000)),
            ...tokens,
            ...publicIds(store),
        ],
        credentials: [
            { Cookie: `${SESSION_COOKIE}=${cookie}` },
            {},
            ...tokens.map(token => ({ Authorization: `Bearer ${token}` })),
            ...tokens.map(token => ({ "X-Token": token, "X-Version": "1.0" })),
            ...tokens.map(token => ({ "X-Access-Token": token })),
            { Cookie: `${SESSION_COOKIE}=${"0".repeat(64)}` },
            { Authorization: "Basic YTpi" },
        ],
        parameters: parametersOf(recordedRequests()),
        tokens,
        publicIds: publicIds(store),
    }
}

/** Of the sensors, as other formats name them. */
function publicIds(store: Store): string[] {
    return store
        .sensors()
        .flatMap(sensor => ("publicId" in sensor ? [String(sensor.publicId)] : []))
}
