import { MAX_DOWNLINK_BYTES } from "../../src/wire/limits.js"

const CMD_CLOUD_TO_DEVICE = 0x97
const TYPE_BINARY = 1

/** A message that a device survives. Only {@link downlink} makes one. */
export class DownlinkMessage {
    /** Command byte, type, topic, NUL, data. */
    readonly #bytes: Buffer

    private constructor(bytes: Buffer) {
        this.#bytes = bytes
    }

    get bytes(): Buffer {
        return Buffer.from(this.#bytes)
    }

    /** The runtime panics on a longer message, so none can exist. */
    static of(topic: string, data: Buffer): DownlinkMessage {
        const name = Buffer.from(topic, "ascii")
        if (name.length === 0 || name.includes(0))
            throw new RangeError("downlink: the topic is empty or holds a NUL")
        const size = name.length + 1 + data.length
        if (size > MAX_DOWNLINK_BYTES)
            throw new RangeError(
                `downlink: topic and data take ${size} bytes, at most ${MAX_DOWNLINK_BYTES} fit`
            )
        const head = Buffer.from([CMD_CLOUD_TO_DEVICE, TYPE_BINARY])
        return new DownlinkMessage(Buffer.concat([head, name, Buffer.alloc(1), data]))
    }
}

/** Makes a message to a device. Throws RangeError when it is longer than a device can take. */
export function downlink(topic: string, data: Buffer): DownlinkMessage {
    return DownlinkMessage.of(topic, data)
}
