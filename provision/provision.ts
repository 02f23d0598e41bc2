import { createHash } from "node:crypto"
import type { Channel } from "../src/wire/channels.js"
import { encodeSettings, SETTINGS_KEY } from "../src/wire/settings.js"
import type { BusClient, ServiceAddress } from "./bus-client.js"
import { writeSetting } from "./settings.js"

/** Service classes and commands from the public Jacdac catalogue. */
const CLOUD_CONFIGURATION = 0x1462eefc
const SET_CONNECTION_STRING = 0x86
const GET_SERVER_NAME = 0x1180
const SCRIPT_MANAGER = 0x1134ea2b
const DEPLOY_BYTECODE = 0x80
const GET_PROGRAM_SHA256 = 0x1182
const PIPE_SERVICE_INDEX = 0x3e
const PIPE_CLOSE = 0x20
const PIPE_METADATA = 0x40
const PIPE_COUNTER_MASK = 0x1f
const PIPE_PORT_SHIFT = 7
const PIPE_CHUNK_BYTES = 192

/** The control service, the first of every device. */
const CONTROL_INDEX = 0
const CONTROL_RESET = 0x82

/** What a board is given before it is put into service. */
export interface Provisioning {
    /** Bytecode of the program. */
    image: Buffer
    channels: Channel[]
}

/**
 * Writes channels and program onto a board over its bus and checks what it took.
 * Throws an Error with one sentence when the board does not answer or kept something else.
 */
export async function provision(bus: BusClient, what: Provisioning): Promise<void> {
    const bytes = encodeSettings({ version: 0, channels: what.channels })
    await writeSetting(bus, SETTINGS_KEY, bytes)
    const [manager] = await bus.find(SCRIPT_MANAGER)
    await deploy(bus, manager, what.image)
}

/**
 * Tells a board its server: `ws://wssk:<64 hex>@host:port/wssk/<device id>`. The string holds the
 * device's key, so never log it.
 */
export async function setServerLink(bus: BusClient, connectionString: string): Promise<void> {
    const [cloud] = await bus.find(CLOUD_CONFIGURATION)
    bus.send(cloud, SET_CONNECTION_STRING, Buffer.from(connectionString))
    const serverName = await bus.request(cloud, GET_SERVER_NAME, Buffer.alloc(0))
    if (serverName.toString() !== new URL(connectionString).hostname)
        throw new Error("The device did not take the server's address.")
}

/** Lets a board start anew, as after a power cut but in order. */
export function restart(bus: BusClient, deviceId: string): void {
    bus.send({ deviceId, serviceIndex: CONTROL_INDEX }, CONTROL_RESET, Buffer.alloc(0))
}

async function deploy(bus: BusClient, manager: ServiceAddress, image: Buffer): Promise<void> {
    const size = Buffer.alloc(4)
    size.writeUInt32LE(image.length, 0)
    const port = (await bus.request(manager, DEPLOY_BYTECODE, size)).readUInt16LE(0)
    const pipe = { deviceId: manager.deviceId, serviceIndex: PIPE_SERVICE_INDEX }
    let counter = 0
    const command = (flags: number) =>
        (port << PIPE_PORT_SHIFT) | flags | (counter++ & PIPE_COUNTER_MASK)
    for (let at = 0; at < image.length; at += PIPE_CHUNK_BYTES) {
        bus.send(pipe, command(0), image.subarray(at, at + PIPE_CHUNK_BYTES))
        await bus.pause()
    }
    bus.send(pipe, command(PIPE_CLOSE | PIPE_METADATA), Buffer.alloc(0))
    const kept = await bus.request(manager, GET_PROGRAM_SHA256, Buffer.alloc(0))
    if (!kept.equals(createHash("sha256").update(image).digest()))
        throw new Error("The device did not keep the program.")
}
