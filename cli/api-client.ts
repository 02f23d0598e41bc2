import type { Registration } from "../sim/world.js"
import { descriptionOf, type ServerView, type StoredChannel } from "./server-view.js"

interface ApiChannel {
    id: number
    deviceId: string
    number: number
}

interface MadeDevice {
    id: string
    /** 64 hex digits; a secret. */
    key: string
    path: string
}

/** A running server, signed in. */
export interface ApiClient extends ServerView {
    createDevice(id: string, name: string): Promise<MadeDevice>
    /** The device of that id with a key of its own: made when it is new, else with another key. */
    deviceAnew(id: string, name: string): Promise<MadeDevice>
}

/**
 * Signs in with METERBEAT_USER ("owner" by default) and METERBEAT_PASSWORD. Throws an Error with one
 * sentence when that is not set, the server does not answer, or it refuses.
 */
export async function signIn(
    serverUrl: string,
    env: Record<string, string | undefined> = process.env
): Promise<ApiClient> {
    const password = env["METERBEAT_PASSWORD"]
    if (!password)
        throw new Error(
            "Set METERBEAT_PASSWORD to the owner's password: --server needs to sign in."
        )
    const call = caller(serverUrl)
    await call("POST", "sign-in", { user: env["METERBEAT_USER"] ?? "owner", password })
    const channels = async () =>
        ((await call("GET", "channels")) as { channels: ApiChannel[] }).channels
    return {
        createDevice: async (id, name) =>
            (await call("POST", "devices", { id, name })) as MadeDevice,
        deviceAnew: async (id, name) => {
            const { devices } = (await call("GET", "devices")) as { devices: { id: string }[] }
            const isKnown = devices.some(device => device.id === id)
            const made = isKnown
                ? call("POST", `devices/${id}/key`, {})
                : call("POST", "devices", { id, name })
            return (await made) as MadeDevice
        },
        storedChannels: async () => {
            const now = (await call("GET", "now?sinceMs=0")) as {
                channels: (StoredChannel & { id: number })[]
            }
            const numbers = new Map((await channels()).map(({ id, number }) => [id, number]))
            return now.channels.map(each => ({ ...each, number: numbers.get(each.id) ?? -1 }))
        },
        describeChannels: async (device: Registration) => {
            for (const { id, deviceId, number } of await channels()) {
                const channel = device.channels[number]
                if (deviceId !== device.id || !channel) continue
                await call("PATCH", `channels/${id}`, descriptionOf(channel))
            }
        },
    }
}

function caller(serverUrl: string) {
    let cookie = ""
    return async (method: string, path: string, body?: object): Promise<unknown> => {
        let response: Response
        try {
            response = await fetch(new URL(`/api/v1/${path}`, serverUrl), {
                method,
                headers: { cookie, ...(body && { "content-type": "application/json" }) },
                body: body && JSON.stringify(body),
            })
        } catch {
            throw new Error(`No server answers at ${serverUrl}.`)
        }
        cookie = response.headers.getSetCookie()[0]?.split(";")[0] ?? cookie
        const text = await response.text()
        const reply = text === "" ? undefined : JSON.parse(text)
        if (!response.ok) throw new Error(`The server refuses ${path}: ${reply?.error?.message}`)
        return reply
    }
}
