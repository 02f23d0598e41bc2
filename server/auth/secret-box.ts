import { createCipheriv, createDecipheriv } from "node:crypto"

const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Seals small secrets for the database; `label` binds a secret to its owner. */
export interface SecretBox {
    seal(plain: Buffer, label: string): Buffer
    /** Throws Error when the key or the label is not the one it was sealed with. */
    open(sealed: Buffer, label: string): Buffer
}

/** AES-256-GCM under a 32-byte key. */
export function createSecretBox(key: Buffer, randomBytes: (n: number) => Buffer): SecretBox {
    if (key.length !== 32) throw new RangeError("secret key: not 32 bytes")
    return {
        seal(plain, label) {
            const nonce = randomBytes(NONCE_BYTES)
            const cipher = createCipheriv("aes-256-gcm", key, nonce)
            cipher.setAAD(Buffer.from(label))
            const body = Buffer.concat([cipher.update(plain), cipher.final()])
            return Buffer.concat([nonce, cipher.getAuthTag(), body])
        },
        open(sealed, label) {
            const nonce = sealed.subarray(0, NONCE_BYTES)
            const decipher = createDecipheriv("aes-256-gcm", key, nonce, {
                authTagLength: TAG_BYTES,
            })
            decipher.setAAD(Buffer.from(label))
            decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
            const body = sealed.subarray(NONCE_BYTES + TAG_BYTES)
            return Buffer.concat([decipher.update(body), decipher.final()])
        },
    }
}
