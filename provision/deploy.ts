import { createHash } from "node:crypto"
import type { BusClient } from "./bus-client.js"

/** Service class and commands from the public Jacdac catalogue. */
const SCRIPT_MANAGER = 0x1134ea2b
const DEPLOY_BYTECODE = 0x80
const GET_PROGRAM_SHA256 = 0x1182
const PIPE_SERVICE_INDEX = 0x3e
const PIPE_CLOSE = 0x20
const PIPE_METADATA = 0x40
const PIPE_COUNTER_MASK = 0x1f
const PIPE_PORT_SHIFT = 7
/** One message carries so much of a program. */
export const PIPE_CHUNK_BYTES = 192
/** Erasing the pages of a program takes up to 400 ms each by data sheet. */
const ERASE_WAIT_MS = 20_000

/** Writes a program onto a board. Throws an Error with one sentence when it kept something else. */
export async function deploy(bus: BusClient, image: Buffer): Promise<void> {
    const [manager] = await bus.find(SCRIPT_MANAGER)
    const size = Buffer.alloc(4)
    size.writeUInt32LE(image.length, 0)
    const reply = await bus.request(manager, DEPLOY_BYTECODE, size, ERASE_WAIT_MS)
    const port = reply.readUInt16LE(0)
    const pipe = { deviceId: manager.deviceId, serviceIndex: PIPE_SERVICE_INDEX }
    let counter = 0
    const command = (flags: number) =>
        (port << PIPE_PORT_SHIFT) | flags | (counter++ & PIPE_COUNTER_MASK)
    for (let at = 0; at < image.length; at += PIPE_CHUNK_BYTES) {
        bus.send(pipe, command(0), image.subarray(at, at + PIPE_CHUNK_BYTES))
        await bus.pause()
    }
    bus.send(pipe, command(PIPE_CLOSE | PIPE_METADATA), Buffer.alloc(0))
    if (!(await programHash(bus)).equals(createHash("sha256").update(image).digest()))
        throw new Error("The device did not keep the program.")
}

/** SHA-256 of the program on a board. */
export async function programHash(bus: BusClient): Promise<Buffer> {
    const [manager] = await bus.find(SCRIPT_MANAGER)
    return bus.request(manager, GET_PROGRAM_SHA256, Buffer.alloc(0))
}
