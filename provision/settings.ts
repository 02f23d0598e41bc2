import type { BusClient } from "./bus-client.js"

/** Service class and commands from the public Jacdac catalogue. */
const SETTINGS = 0x1107dc4a
const SETTINGS_GET = 0x80
const SETTINGS_SET = 0x81
/** The runtime panics on a longer setting. */
const MAX_SETTING_BYTES = 210

/** A setting in a board's flash; empty when there is none. */
export async function readSetting(bus: BusClient, key: string): Promise<Buffer> {
    const [settings] = await bus.find(SETTINGS)
    const reply = await bus.request(settings, SETTINGS_GET, Buffer.from(key))
    return reply.subarray(key.length + 1)
}

/** Writes a setting and reads it back. Throws an Error with one sentence when the board did not keep it. */
export async function writeSetting(bus: BusClient, key: string, bytes: Buffer): Promise<void> {
    if (bytes.length > MAX_SETTING_BYTES)
        throw new RangeError(`The setting ${key} is above ${MAX_SETTING_BYTES} bytes.`)
    const [settings] = await bus.find(SETTINGS)
    bus.send(settings, SETTINGS_SET, Buffer.concat([Buffer.from(`${key}\0`), bytes]))
    if (!(await readSetting(bus, key)).equals(bytes))
        throw new Error(`The device did not keep the setting ${key}.`)
}
