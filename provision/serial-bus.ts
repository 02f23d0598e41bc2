import { BusClient } from "./bus-client.js"
import { enablePackets, encodeSerial, SerialDecoder } from "./serial-frames.js"

/** Often enough that a board that has started anew is heard again soon. */
const ENABLE_EVERY_MS = 1000

/** A board's bus behind a serial line. */
export class SerialBus {
    readonly bus: BusClient
    private isOpen = true
    private readonly decoder: SerialDecoder

    /** `write` carries bytes to the board, `delay` is the line's own clock. */
    constructor(
        private readonly write: (bytes: Buffer) => void,
        private readonly delay: (ms: number) => Promise<void>,
        private readonly onHeard: () => void = () => undefined
    ) {
        this.bus = new BusClient(frame => write(encodeSerial(frame)), delay)
        this.decoder = new SerialDecoder(frame => {
            if (this.bus.receive(frame)) this.onHeard()
        })
    }

    /** To be called with all that comes from the board. */
    receive(bytes: Buffer): void {
        this.decoder.push(bytes)
    }

    /** Keeps the line open until `close`. */
    async run(): Promise<void> {
        while (this.isOpen) {
            this.write(encodeSerial(enablePackets()))
            await this.delay(ENABLE_EVERY_MS)
        }
    }

    close(): void {
        this.isOpen = false
    }
}
