import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto"
import { WebSocket } from "ws"

const PING_CLOUD = 0x92
const CLOUD_TO_DEVICE = 0x97
const DEVICE_TO_CLOUD = 0x98

export interface LinkAddress {
    /** Where the server listens, `http://…`. */
    url: string
    deviceId: string
    key: Buffer
}

interface ReceivedMessage {
    topic: string
    data: Buffer
}

/** A device's end of the encrypted link, light enough to run by the hundred. */
export interface ClientLink {
    /** Sends binary data on a topic. */
    send(topic: string, data: Buffer): void
    /** Sends a message of any kind, encrypted as it should be. */
    sendMessage(message: Buffer): void
    sendPing(): void
    /** The next message on a topic; rejects when the link ends first. */
    receive(): Promise<ReceivedMessage>
    /** Resolves with true at the answer to a ping, false when the link ends first. */
    pong(): Promise<boolean>
    /** Resolves when the link has ended, whoever ended it. */
    closed: Promise<void>
    close(): void
    socket: WebSocket
    /** Every frame that went out, as it was on the wire. */
    sentFrames: Buffer[]
}

/** Opens the link and authenticates both sides. Rejects when the server refuses. */
export async function connectLink(address: LinkAddress): Promise<ClientLink> {
    const clientRandom = randomBytes(16)
    const socket = openSocket(address, `devs-key-${clientRandom.toString("hex")}`)
    const frames = new Inbox<Buffer>()
    socket.on("message", (data: Buffer) => frames.put(data))
    socket.on("error", () => frames.end())
    const closed = new Promise<void>(resolve => {
        socket.on("close", () => {
            frames.end()
            resolve()
        })
    })
    const hello = await frames.take()
    const info = Buffer.concat([clientRandom, hello.subarray(8, 24)])
    const cipher = new Cipher(Buffer.from(hkdfSync("sha256", address.key, "", info, 32)))
    const sentFrames: Buffer[] = []
    const sendMessage = (message: Buffer) => {
        const frame = cipher.seal(message)
        sentFrames.push(frame)
        socket.send(frame)
    }
    sendMessage(Buffer.alloc(32))
    if (!cipher.open(await frames.take()).equals(Buffer.alloc(32)))
        throw new Error("the server's authentication is wrong")
    const messages = new Inbox<ReceivedMessage>()
    const pongs = new Inbox<boolean>()
    void deliver(frames, cipher, messages, pongs)
    return {
        send: (topic, data) =>
            sendMessage(
                Buffer.concat([Buffer.from([DEVICE_TO_CLOUD, 1]), Buffer.from(`${topic}\0`), data])
            ),
        sendMessage,
        sendPing: () => sendMessage(Buffer.from([PING_CLOUD])),
        receive: () => messages.take(),
        pong: () => pongs.take().catch(() => false),
        closed,
        close: () => socket.terminate(),
        socket,
        sentFrames,
    }
}

/** A WebSocket as a device opens it, before any encryption. */
export function openSocket({ url, deviceId }: Omit<LinkAddress, "key">, protocol: string) {
    return new WebSocket(`${url.replace("http", "ws")}/wssk/${deviceId}`, protocol, {
        perMessageDeflate: false,
    })
}

async function deliver(
    frames: Inbox<Buffer>,
    cipher: Cipher,
    messages: Inbox<ReceivedMessage>,
    pongs: Inbox<boolean>
): Promise<void> {
    try {
        for (;;) {
            const message = cipher.open(await frames.take())
            if (message[0] === PING_CLOUD) pongs.put(true)
            if (message[0] !== CLOUD_TO_DEVICE) continue
            const end = message.indexOf(0, 2)
            messages.put({
                topic: message.toString("ascii", 2, end),
                data: message.subarray(end + 1),
            })
        }
    } catch {
        messages.end()
        pongs.end()
    }
}

/** Written apart from the server's own, so that one's mistake is not the other's. */
class Cipher {
    private sent = 0n
    private received = 0n

    constructor(private readonly key: Buffer) {}

    seal(message: Buffer): Buffer {
        const options = { authTagLength: 4 }
        const cipher = createCipheriv("aes-256-ccm", this.key, nonce(1, this.sent++), options)
        const body = Buffer.concat([cipher.update(message), cipher.final()])
        return Buffer.concat([body, cipher.getAuthTag()])
    }

    open(frame: Buffer): Buffer {
        const options = { authTagLength: 4 }
        const number = nonce(2, this.received++)
        const decipher = createDecipheriv("aes-256-ccm", this.key, number, options)
        decipher.setAuthTag(frame.subarray(-4))
        return Buffer.concat([decipher.update(frame.subarray(0, -4)), decipher.final()])
    }
}

function nonce(side: number, number: bigint): Buffer {
    const bytes = Buffer.alloc(13)
    bytes[0] = side
    bytes.writeBigUInt64BE(number, 5)
    return bytes
}

/** Values in the order they came, for one reader at a time. */
class Inbox<T> {
    private readonly values: T[] = []
    private waiting: { resolve: (value: T) => void; reject: (error: Error) => void }[] = []
    private hasEnded = false

    put(value: T): void {
        const next = this.waiting.shift()
        if (next) next.resolve(value)
        else this.values.push(value)
    }

    take(): Promise<T> {
        const value = this.values.shift()
        if (value !== undefined) return Promise.resolve(value)
        if (this.hasEnded) return Promise.reject(new Error("the link has ended"))
        return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }))
    }

    end(): void {
        this.hasEnded = true
        for (const { reject } of this.waiting.splice(0)) reject(new Error("the link has ended"))
    }
}
