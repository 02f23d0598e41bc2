import Sqlite from "better-sqlite3"
import type { InjectOptions } from "fastify"
import { onTestFinished } from "vitest"
import { createSecretBox } from "../../../server/auth/secret-box.js"
import { SESSION_COOKIE, Sessions } from "../../../server/auth/sessions.js"
import { hashSecret, makeToken } from "../../../server/auth/tokens.js"
import { provisionDevice } from "../../../server/provision.js"
import { migrate } from "../../../server/store/migrate.js"
import type { Role, TokenPurpose } from "../../../server/store/people-store.js"
import { storeOn } from "../../../server/store/sqlite.js"
import {
    buildTestApp,
    DEVICE_ID,
    DEVICE_KEY,
    makeHello,
    START_MS,
    seededBytes,
} from "../helpers.js"
import { ingestAll, makePieces } from "../mains-helpers.js"
import type { HolderName } from "./who-may.js"

export const OTHER_DEVICE_ID = "00112233445566bb"

export const UNCLAIMED_ID = "00112233445566cc"

/** A server with three homes and everybody in `HOLDERS`, and what each of them sends to be known. */
export async function buildTown() {
    const db = new Sqlite(":memory:")
    onTestFinished(() => void db.close())
    await migrate(db)
    const store = storeOn(db, createSecretBox(Buffer.alloc(32, 1), seededBytes("box")))
    const webDir = `${process.cwd()}/web`
    const parts = await buildTestApp({ store, webDir })
    for (const name of ["Neighbours", "Server room"]) store.addHome({ name, timeZone: "UTC" })
    for (const [at, id] of [DEVICE_ID, OTHER_DEVICE_ID].entries()) {
        provisionDevice(store, { id, name: "Cellar", key: DEVICE_KEY, homeId: at + 1 })
        const hello = makeHello({ kinds: [0, 1, 4] })
        store.ingest([{ kind: "hello", deviceId: id, nowMs: START_MS, hello }])
        store.addSensor({
            name: "Meter",
            type: "electricity",
            isEnabled: true,
            channelIds: [at * 3 + 1],
            homeId: at + 1,
        })
    }
    provisionDevice(store, { id: UNCLAIMED_ID, name: "New", key: DEVICE_KEY, homeId: null })
    for (const piece of makePieces(20)) ingestAll(store, { kind: "waveform", piece })

    const sessions = new Sessions(parts.deps)
    const cookies = (name: string, homeId: number | null, role: Role = "owner") => {
        const mustChangePassword = name === "newcomer"
        const isAdmin = name === "admin"
        store.saveUser({ name, passwordHash: "x", mustChangePassword, isAdmin })
        if (homeId !== null) store.saveMember(homeId, name, role)
        return { cookies: { [SESSION_COOKIE]: sessions.begin(name) } }
    }
    const token = (purpose: Partial<TokenPurpose>) => {
        const whole = { kind: "account" as const, user: "owner", sensorId: null, deviceId: null }
        const { raw, token } = makeToken(parts.deps, { ...whole, ...purpose, name: "test" })
        return { id: token.id, headers: { authorization: `Bearer ${raw}` } }
    }
    const keys: Record<HolderName, Pick<InjectOptions, "cookies" | "headers"> & { id?: number }> = {
        stranger: {},
        newcomer: cookies("newcomer", 1),
        admin: cookies("admin", 3),
        owner: cookies("owner", 1),
        editor: cookies("editor", 1, "editor"),
        viewer: cookies("viewer", 1, "viewer"),
        neighbour: cookies("neighbour", 2),
        friend: cookies("friend", null),
        "admin's token": token({ user: "admin" }),
        "owner's token": token({}),
        "viewer's token": token({ user: "viewer" }),
        "friend's token": token({ user: "friend" }),
        "neighbour's token": token({ user: "neighbour" }),
        "sensor's token": token({ kind: "sensor", sensorId: 1 }),
        "device's token": token({ kind: "device", deviceId: DEVICE_ID }),
        "other sensor's token": token({ user: "neighbour", kind: "sensor", sensorId: 2 }),
        "other device's token": token({
            user: "neighbour",
            kind: "device",
            deviceId: OTHER_DEVICE_ID,
        }),
        "revoked token": token({}),
    }
    store.removeToken(keys["revoked token"].id ?? 0)
    store.addInvitation({
        homeId: 1,
        role: "viewer",
        invitedBy: "owner",
        createdMs: START_MS,
        expiresMs: START_MS + 1,
        hash: hashSecret("known"),
    })
    store.addShare({ homeId: 1, sensorId: 1, user: "friend" })
    const ask = (
        who: HolderName,
        method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
        path: string,
        payload?: object
    ) => {
        const { cookies = {}, headers = {} } = keys[who]
        return parts.app.inject({ method, url: `/api/v1${path}`, payload, cookies, headers })
    }
    return { ...parts, store, db, keys, ask }
}
