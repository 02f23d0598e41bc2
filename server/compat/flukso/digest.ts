import { createHmac, timingSafeEqual } from "node:crypto"

/** HMAC-SHA1 over the bytes as they were sent; a key of hex digits signs as the text that it is. */
export function digestOf(key: Buffer, body: Buffer): string {
    return createHmac("sha1", key).update(body).digest("hex")
}

export function isDigest(text: unknown): text is string {
    return typeof text === "string" && /^[0-9a-f]{40}$/.test(text)
}

/** Takes as long for a digest that is nearly right. */
export function isSigned(key: Buffer, body: Buffer, digest: string): boolean {
    return timingSafeEqual(Buffer.from(digestOf(key, body)), Buffer.from(digest))
}
