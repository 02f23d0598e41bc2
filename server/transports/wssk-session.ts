import { createCipheriv, createDecipheriv, hkdfSync } from "node:crypto"
import { putU32 } from "../../src/wire/bytes.js"

export const LINK_NONCE_BYTES = 16
const MAGIC = 0xcee428ca
const VERSION = 2
const AUTH_BYTES = 32
const TAG_BYTES = 4
const FRAME_NONCE_BYTES = 13
const ALGORITHM = "aes-256-ccm"

/** Why a link was ended: the peer's fault, in words that hold no secret. */
export class LinkError extends Error {}

/** `authenticated`: the peer has the key, send it `reply`. `message`: what it said. */
export type LinkEvent =
    | { kind: "authenticated"; reply: Buffer }
    | { kind: "message"; message: Buffer }

/** One link's cryptography on the server's side: frames in, events out; it knows no socket. */
export class WsskSession {
    /** The server's first frame, in the clear. */
    readonly hello: Buffer
    private readonly sessionKey: Buffer
    private readonly clientNonce = firstNonce(1)
    private readonly serverNonce = firstNonce(2)
    private isAuthenticated = false

    /** `serverRandom` must be fresh: it is what makes a replayed handshake worthless. */
    constructor(deviceKey: Buffer, clientRandom: Buffer, serverRandom: Buffer) {
        this.hello = Buffer.alloc(8 + LINK_NONCE_BYTES)
        putU32(this.hello, 0, MAGIC)
        putU32(this.hello, 4, VERSION)
        serverRandom.copy(this.hello, 8)
        const info = Buffer.concat([clientRandom, serverRandom])
        this.sessionKey = Buffer.from(hkdfSync("sha256", deviceKey, "", info, 32))
    }

    /** Takes the peer's next frame. Throws LinkError; the link must then be closed. */
    receive(frame: Buffer): LinkEvent {
        const message = this.decrypt(frame)
        if (this.isAuthenticated) return { kind: "message", message }
        if (message.length !== AUTH_BYTES || message.some(byte => byte !== 0))
            throw new LinkError("its authentication is not 32 zero bytes")
        this.isAuthenticated = true
        return { kind: "authenticated", reply: this.encrypt(Buffer.alloc(AUTH_BYTES)) }
    }

    /** The frame for the next message to the peer. Throws Error before the peer authenticated. */
    send(message: Buffer): Buffer {
        if (!this.isAuthenticated) throw new Error("the link is not authenticated yet")
        return this.encrypt(message)
    }

    private encrypt(message: Buffer): Buffer {
        const cipher = createCipheriv(ALGORITHM, this.sessionKey, this.serverNonce, {
            authTagLength: TAG_BYTES,
        })
        const body = cipher.update(message)
        cipher.final()
        increment(this.serverNonce)
        return Buffer.concat([body, cipher.getAuthTag()])
    }

    private decrypt(frame: Buffer): Buffer {
        const size = frame.length - TAG_BYTES
        if (size < 1) throw new LinkError("a frame is too short")
        const decipher = createDecipheriv(ALGORITHM, this.sessionKey, this.clientNonce, {
            authTagLength: TAG_BYTES,
        })
        decipher.setAuthTag(frame.subarray(size))
        try {
            const message = decipher.update(frame.subarray(0, size))
            decipher.final()
            increment(this.clientNonce)
            return message
        } catch {
            throw new LinkError("a frame has a wrong tag (is the device's key the right one?)")
        }
    }
}

function firstNonce(side: number): Buffer {
    const nonce = Buffer.alloc(FRAME_NONCE_BYTES)
    nonce[0] = side
    return nonce
}

function increment(nonce: Buffer): void {
    for (let i = nonce.length - 1; i >= 0; i--) {
        nonce[i] = (nonce[i] + 1) & 0xff
        if (nonce[i] !== 0) return
    }
}
