import type { BusClient } from "./bus-client.js"

/** Service class and commands from the public Jacdac catalogue. */
const CLOUD_CONFIGURATION = 0x1462eefc
const SET_CONNECTION_STRING = 0x86
const GET_SERVER_NAME = 0x1180

/**
 * Tells a board its server: `ws://wssk:<64 hex>@host:port/wssk/<device id>`. The string holds the
 * device's key, so never log it.
 */
export async function setServerLink(bus: BusClient, connectionString: string): Promise<void> {
    const [cloud] = await bus.find(CLOUD_CONFIGURATION)
    bus.send(cloud, SET_CONNECTION_STRING, Buffer.from(connectionString))
    if ((await serverName(bus)) !== new URL(connectionString).hostname)
        throw new Error("The device did not take the server's address.")
}

/** Host of the server that a board knows; empty when it knows none. */
export async function serverName(bus: BusClient): Promise<string> {
    const [cloud] = await bus.find(CLOUD_CONFIGURATION)
    return (await bus.request(cloud, GET_SERVER_NAME, Buffer.alloc(0))).toString()
}
