import type { BusClient } from "../provision/bus-client.js"

/** services/meter.md */
const METER = 0x1b3c4a51
const GET_READING = 0x1101

/** Pulses since boot of each channel, as the board's own meter services tell. */
export async function readCounts(bus: BusClient, channelCount: number): Promise<number[]> {
    const meters = await bus.find(METER, channelCount)
    const counts: number[] = []
    for (const meter of meters)
        counts.push((await bus.request(meter, GET_READING, Buffer.alloc(0))).readUInt32LE(0))
    return counts
}
