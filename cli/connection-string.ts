import { linkPath } from "../server/provision.js"

/** What a board is told of its server. Holds the device's key: never log it. */
export function connectionString(serverUrl: string, deviceId: string, key: Buffer): string {
    const { protocol, host } = new URL(serverUrl)
    const scheme = protocol === "https:" ? "wss" : "ws"
    return `${scheme}://wssk:${key.toString("hex")}@${host}${linkPath(deviceId)}`
}
