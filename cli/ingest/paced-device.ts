import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto"
import { once } from "node:events"
import { connect, type Socket } from "node:net"
import { decodeAck } from "../../src/wire/ack.js"
import { HELLO_LOG } from "../../src/wire/head.js"
import { encodeHello } from "../../src/wire/hello.js"
import { SLOTS_VERSION } from "../../src/wire/limits.js"
import { encodeReport } from "../../src/wire/report.js"

const ALGORITHM = "aes-256-ccm"
const TAG = { authTagLength: 4 }
const TAG_BYTES = 4
const DEVICE_TO_CLOUD = 0x98
const CLOUD_TO_DEVICE = 0x97
const SLOTS = 10
/** Another than that of a history. */
const BOOT_ID = 2
const REPORT_MS = SLOTS * 5000
/** Final binary frame, masked; a mask of zeros leaves the payload as it is. */
const FRAME_HEAD = [0x82, 0x80]
const MASK_BYTES = 4

/**
 * A device as cheap as can be for its sender: it writes WebSocket frames on a bare socket, and its reports
 * are encoded and sealed before the clock starts.
 */
export class PacedDevice {
    readonly name: string
    private socket: Socket | undefined
    private key: Buffer = Buffer.alloc(0)
    private sealed = 0
    private opened = 0
    private unread: Buffer = Buffer.alloc(0)
    private isAuthenticated = false
    /** Pulses since boot after each report. */
    private readonly counts: number[] = []
    private readonly frames: Buffer[] = []
    /** When each report had its turn, by its number. */
    private readonly dueMs: number[] = []
    private greeted: () => void = () => undefined
    /** Called with the time from a report's turn until its acknowledgement. */
    onAcknowledged: (latencyMs: number) => void = () => undefined

    constructor(
        readonly id: string,
        readonly deviceKey: Buffer,
        private readonly startMs: number
    ) {
        this.name = `Bench ${id}`
    }

    /** Gets a link and says hello; resolves at its acknowledgement. */
    async open(url: string): Promise<void> {
        const { hostname, port } = new URL(url)
        const socket = connect({ host: hostname, port: Number(port), noDelay: true })
        this.socket = socket
        await once(socket, "connect")
        const clientRandom = randomBytes(16)
        socket.write(
            `GET /wssk/${this.id} HTTP/1.1\r\nHost: ${hostname}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
                `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString("base64")}\r\n` +
                `Sec-WebSocket-Protocol: devs-key-${clientRandom.toString("hex")}\r\n\r\n`
        )
        const greeted = new Promise<void>((resolve, reject) => {
            this.greeted = resolve
            socket.once("error", reject)
            socket.once("close", () => reject(new Error("the server ended a link")))
        })
        socket.on("data", chunk => this.read(chunk, clientRandom))
        await greeted
    }

    /** Encodes and seals as many reports more. */
    prepare(count: number): void {
        for (let i = 0; i < count; i++) {
            const number = this.counts.length
            const slots = Array.from({ length: SLOTS }, (_, at) => (number + at) % 7)
            const countSinceBoot = slots.reduce(
                (sum, pulses) => sum + pulses,
                this.counts[number - 1] ?? 0
            )
            this.counts.push(countSinceBoot)
            const report = encodeReport({
                channel: 0,
                bootId: BOOT_ID,
                version: SLOTS_VERSION,
                sequence: number * SLOTS,
                startMs: this.startMs + number * REPORT_MS,
                isUptime: false,
                slotSeconds: 5,
                span: SLOTS,
                firstSpan: 1,
                slots,
                countSinceBoot,
                rejected: 0,
                quality: 90,
                lateTicks: 0,
                pulseTimes: undefined,
            })
            this.frames.push(this.frame(message("r", report)))
        }
    }

    /** Sends the next report, whose turn was at `dueMs`. */
    sendNext(dueMs: number): void {
        const frame = this.frames[this.dueMs.length]
        this.dueMs.push(dueMs)
        this.socket?.write(frame)
    }

    /** Of all reports that were sent. */
    get pulses(): number {
        return this.counts[this.dueMs.length - 1] ?? 0
    }

    close(): void {
        this.socket?.removeAllListeners("close")
        this.socket?.destroy()
    }

    private read(chunk: Buffer, clientRandom: Buffer): void {
        this.unread = this.unread.length > 0 ? Buffer.concat([this.unread, chunk]) : chunk
        if (this.key.length === 0) {
            const end = this.unread.indexOf("\r\n\r\n")
            // the server's hello follows its answer to the upgrade
            if (end < 0 || this.unread.length < end + 4 + 2 + 24) return
            const hello = this.unread.subarray(end + 6, end + 30)
            const info = Buffer.concat([clientRandom, hello.subarray(8)])
            this.key = Buffer.from(hkdfSync("sha256", this.deviceKey, "", info, 32))
            this.unread = this.unread.subarray(end + 30)
            this.socket?.write(this.frame(Buffer.alloc(32)))
        }
        // no message of the server is longer than 236 bytes, so a frame's head has two or four
        while (this.unread.length >= 4) {
            const isLong = this.unread[1] === 126
            const from = isLong ? 4 : 2
            const size = isLong ? this.unread.readUInt16BE(2) : this.unread[1]
            if (this.unread.length < from + size) return
            const payload = this.unread.subarray(from, from + size)
            this.unread = this.unread.subarray(from + size)
            this.take(this.openFrame(payload))
        }
    }

    private take(received: Buffer): void {
        if (!this.isAuthenticated) {
            this.isAuthenticated = true
            const hello = { bootId: BOOT_ID, uptimeMs: 0, board: "bench", kinds: [0] }
            this.socket?.write(this.frame(message("h", encodeHello(hello))))
            return
        }
        if (received[0] !== CLOUD_TO_DEVICE || received[2] !== 0x61) return
        const ack = decodeAck(received.subarray(4))
        if (typeof ack === "string") throw new Error(ack)
        const nowMs = performance.now()
        for (const { channel, sequence } of ack.reports)
            if (channel === HELLO_LOG) this.greeted()
            else this.onAcknowledged(nowMs - this.dueMs[sequence / SLOTS])
    }

    private frame(plain: Buffer): Buffer {
        const cipher = createCipheriv(ALGORITHM, this.key, nonce(1, this.sealed++), TAG)
        const body = cipher.update(plain)
        cipher.final()
        const size = body.length + TAG_BYTES
        const long = size > 125
        const head = Buffer.alloc(2 + (long ? 2 : 0) + MASK_BYTES)
        head[0] = FRAME_HEAD[0]
        head[1] = FRAME_HEAD[1] + (long ? 126 : size)
        if (long) head.writeUInt16BE(size, 2)
        return Buffer.concat([head, body, cipher.getAuthTag()])
    }

    private openFrame(payload: Buffer): Buffer {
        const end = payload.length - TAG_BYTES
        const decipher = createDecipheriv(ALGORITHM, this.key, nonce(2, this.opened++), TAG)
        decipher.setAuthTag(payload.subarray(end))
        const plain = decipher.update(payload.subarray(0, end))
        decipher.final()
        return plain
    }
}

function message(topic: string, data: Buffer): Buffer {
    return Buffer.concat([Buffer.from([DEVICE_TO_CLOUD, 1]), Buffer.from(`${topic}\0`), data])
}

function nonce(side: number, number: number): Buffer {
    const bytes = Buffer.alloc(13)
    bytes[0] = side
    bytes.writeUInt32BE(number, 9)
    return bytes
}
