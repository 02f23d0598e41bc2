import { decodeFrame } from "../../provision/frames.js"
import { encodeSerial, SerialDecoder } from "../../provision/serial-frames.js"
import type { SimDevice } from "../../sim/device.js"

const BRIDGE_ID = "4a1af618aaaaaaaa"
const ENABLE_PACKETS = 0x81
const PIECE_BYTES = 64

/** The board's end of a serial line: nothing of its bus is told until it is asked for, then in small pieces. */
export class SerialBoard {
    private isEnabled = false
    private readonly decoder = new SerialDecoder(frame => this.take(frame))

    constructor(
        private readonly board: SimDevice,
        private readonly send: (bytes: Buffer) => void
    ) {
        board.onFrame = frame => {
            if (this.isEnabled) this.tell(frame)
        }
    }

    receive(bytes: Buffer): void {
        this.decoder.push(bytes)
    }

    /** As a board that has started anew. */
    forget(): void {
        this.isEnabled = false
    }

    private take(frame: Buffer): void {
        const [packet] = decodeFrame(frame)
        if (packet?.deviceId !== BRIDGE_ID) this.board.sendFrame(frame)
        else if (packet.command === ENABLE_PACKETS) {
            this.isEnabled = true
            this.tell(frame)
        }
    }

    private tell(frame: Buffer): void {
        const line = Buffer.concat([Buffer.from("a line of the log\r\n"), encodeSerial(frame)])
        for (let at = 0; at < line.length; at += PIECE_BYTES)
            this.send(line.subarray(at, at + PIECE_BYTES))
    }
}
