import type { BusClient } from "./bus-client.js"

/** The control service, the first of every device, from the public Jacdac catalogue. */
const CONTROL_INDEX = 0
const RESET = 0x82
const GET_UPTIME_US = 0x1186
const TRIES = 30

/** Tells a board to start anew, as after a power cut but in order. */
export function restart(bus: BusClient, deviceId: string): void {
    bus.send({ deviceId, serviceIndex: CONTROL_INDEX }, RESET, Buffer.alloc(0))
}

/** Starts a board anew and waits until it answers again. Throws an Error with one sentence when it does not. */
export async function restartAndWait(bus: BusClient, deviceId: string): Promise<void> {
    const beforeUs = await uptimeUs(bus, deviceId)
    restart(bus, deviceId)
    for (let i = 0; i < TRIES; i++) {
        await bus.second()
        if ((await uptimeUs(bus, deviceId)) < beforeUs) return
    }
    throw new Error("The device did not restart.")
}

/** How long a board has been running. */
export async function uptimeUs(bus: BusClient, deviceId: string): Promise<bigint> {
    const control = { deviceId, serviceIndex: CONTROL_INDEX }
    return (await bus.request(control, GET_UPTIME_US, Buffer.alloc(0))).readBigUInt64LE()
}
