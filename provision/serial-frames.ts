import { encodeFrame } from "./frames.js"

/** How the runtime marks frames among its log on a serial line; all marks follow a 0xfe. */
const MARK = 0xfe
const LITERAL_MARK = 0xf8
const FRAME_START = 0xfc
const FRAME_END = 0xfd
/** 12 bytes of header and up to 240 of packets. */
const MAX_FRAME_BYTES = 252

/** The serial bridge's service class, 0x18f61a4a, where a broadcast has it in place of a device id. */
const BRIDGE_ID = "4a1af618aaaaaaaa"
const BRIDGE_SERVICE_INDEX = 0x3d
const ENABLE_PACKETS = 0x81
/** The id is a service class. */
const FLAG_BROADCAST = 0x04

/** Asks a board to send its bus's packets over the line; it forgets that when it starts anew. */
export function enablePackets(): Buffer {
    const to = { deviceId: BRIDGE_ID, serviceIndex: BRIDGE_SERVICE_INDEX }
    const packet = { ...to, isCommand: true, command: ENABLE_PACKETS, payload: Buffer.alloc(0) }
    return encodeFrame(packet, FLAG_BROADCAST)
}

/** A frame as it goes over a serial line. */
export function encodeSerial(frame: Buffer): Buffer {
    const bytes = [MARK, FRAME_START]
    for (const byte of frame) {
        bytes.push(byte)
        if (byte === MARK) bytes.push(LITERAL_MARK)
    }
    return Buffer.from([...bytes, MARK, FRAME_END])
}

/** Finds the frames in what comes over a serial line, in pieces of any size; the log between them is left out. */
export class SerialDecoder {
    private isMarked = false
    /** Undefined outside a frame. */
    private frame: number[] | undefined

    constructor(private readonly onFrame: (frame: Buffer) => void) {}

    push(bytes: Buffer): void {
        for (const byte of bytes) {
            if (!this.isMarked && byte === MARK) this.isMarked = true
            else if (!this.isMarked) this.keep(byte)
            else {
                this.isMarked = false
                this.take(byte)
            }
        }
    }

    /** A byte that followed a mark. */
    private take(byte: number): void {
        if (byte === LITERAL_MARK) this.keep(MARK)
        else if (byte === FRAME_START) this.frame = []
        else if (byte === FRAME_END) {
            const { frame } = this
            this.frame = undefined
            if (frame) this.onFrame(Buffer.from(frame))
        } else if (byte === MARK) {
            // no frame holds two in a row: one of them was lost
            this.isMarked = true
            this.frame = undefined
        }
    }

    private keep(byte: number): void {
        if (!this.frame) return
        this.frame.push(byte)
        if (this.frame.length > MAX_FRAME_BYTES) this.frame = undefined
    }
}
