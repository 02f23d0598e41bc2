import type { BusClient } from "./bus-client.js"

/** Service class and commands from the public Jacdac catalogue. */
const WIFI = 0x18aae1fa
const ADD_NETWORK = 0x81
const GET_IP_ADDRESS = 0x1181
const JOIN_WAIT_S = 40

export interface WifiNetwork {
    ssid: string
    /** A secret: never log it. */
    password: string
}

/** Tells a board its network and waits until it has joined. Throws an Error with one sentence when it does not. */
export async function setWifi(bus: BusClient, { ssid, password }: WifiNetwork): Promise<void> {
    const [wifi] = await bus.find(WIFI)
    bus.send(wifi, ADD_NETWORK, Buffer.from(`${ssid}\0${password}\0`))
    for (let waitedS = 0; waitedS < JOIN_WAIT_S; waitedS++) {
        const address = await bus.request(wifi, GET_IP_ADDRESS, Buffer.alloc(0))
        if (address.some(byte => byte !== 0)) return
        await bus.second()
    }
    throw new Error(
        `The device did not join the network ${ssid} within ${JOIN_WAIT_S} s: check the password.`
    )
}
