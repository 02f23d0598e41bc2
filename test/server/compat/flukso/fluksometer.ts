import { createHash } from "node:crypto"
import type { FastifyInstance } from "fastify"
import { FIRST_HOME } from "../../../../server/store/people-store.js"
import type { Store } from "../../../../server/store/store.js"
import { buildTestApp, listen } from "../../helpers.js"
import { addOwner, USER } from "../../routes/sign-in.js"

/** The manual's own sensor and token. */
export const SENSOR = "c1411c6b4f9910bbbab09f145f8533b9"
export const TOKEN = "d8a8ab8893ea73f768b66b45234b5c3a"
export const ACCOUNT_TOKEN = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
export const WATER_SENSOR = "e0d8a5b1c2f34d6e9a7b8c0d1e2f3a4b"
export const DEVICE = "5a1e9c0d7b3f42868d41c7e0a9f2b613"
export const KEY = "0123456789abcdef0123456789abcdef"

/** When the manual's curl calls were made, Unix ms. */
export const MANUAL_MS = Date.UTC(2011, 6, 7, 10, 34, 35)

/** Makes a token that the test knows. */
export function addToken(store: Store, raw: string, sensorId: number | null): void {
    store.addToken({
        hash: createHash("sha256").update(raw).digest(),
        kind: sensorId === null ? "account" : "sensor",
        name: "test",
        user: USER,
        sensorId,
        deviceId: null,
        createdMs: MANUAL_MS,
    })
}

/** Ann's Fluksometer with a pulse counter and a water meter. */
export async function addMeter(store: Store): Promise<{ deviceId: string; sensorId: number }> {
    await addOwner(store)
    const deviceId = store.addFluksometer({
        homeId: FIRST_HOME,
        name: "Fuse box",
        fluksoId: DEVICE,
        key: KEY,
        number: 1234,
        sensors: [
            { publicId: SENSOR, port: 4, name: "Port 4", type: "electricity" },
            { publicId: WATER_SENSOR, port: 5, name: "Water", type: "water" },
        ],
    })
    const sensorId = store.sensorOfPublicId(SENSOR)
    if (sensorId === undefined) throw new Error("the sensor was not added")
    addToken(store, TOKEN, sensorId)
    addToken(store, ACCOUNT_TOKEN, null)
    return { deviceId, sensorId }
}

/** The app with it, at the time of the manual. No answer is kept back, though time passes as if. */
export async function buildWithMeter() {
    let uptimeMs = 0
    const wait = async (ms: number) => {
        uptimeMs += ms
    }
    const parts = await buildTestApp({ uptimeMs: () => uptimeMs, wait })
    parts.time.nowMs = MANUAL_MS
    return { ...parts, ...(await addMeter(parts.store)) }
}

export async function listenWithMeter() {
    const parts = await buildWithMeter()
    return { ...parts, url: await listen(parts.app) }
}

/** Asks as a client with a token for one sensor. */
export async function ask(app: FastifyInstance, query: string, headers = {}) {
    return app.inject({
        url: `/sensor/${SENSOR}?${query}`,
        headers: { "x-version": "1.0", "x-token": TOKEN, ...headers },
    })
}
