import { createPrivateKey, generateKeyPairSync, sign } from "node:crypto"

/** DER: a tag, a length and what is inside. */
function der(tag: number, ...parts: Buffer[]): Buffer {
    const body = Buffer.concat(parts)
    const size = body.length
    const length = size < 128 ? [size] : [0x82, size >> 8, size & 0xff]
    return Buffer.concat([Buffer.from([tag, ...length]), body])
}

const hex = (text: string) => Buffer.from(text, "hex")
const sequence = (...parts: Buffer[]) => der(0x30, ...parts)
const ECDSA_WITH_SHA256 = sequence(hex("06082a8648ce3d040302"))
const COMMON_NAME = hex("0603550403")

/** A certificate for localhost and 127.0.0.1 that nobody else signed, with its key; both PEM. */
export function makeSelfSigned(): { cert: string; key: string } {
    const pair = generateKeyPairSync("ec", {
        namedCurve: "P-256",
        publicKeyEncoding: { type: "spki", format: "der" },
        privateKeyEncoding: { type: "pkcs8", format: "pem" },
    })
    const name = sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from("localhost")))))
    const valid = sequence(
        ...["200101000000Z", "491231235959Z"].map(time => der(0x17, Buffer.from(time)))
    )
    const names = sequence(der(0x82, Buffer.from("localhost")), der(0x87, hex("7f000001")))
    const extensions = der(0xa3, sequence(sequence(hex("0603551d11"), der(0x04, names))))
    const body = sequence(
        der(0xa0, hex("020102")),
        hex("020101"),
        ECDSA_WITH_SHA256,
        name,
        valid,
        name,
        pair.publicKey,
        extensions
    )
    const signature = sign("sha256", body, createPrivateKey(pair.privateKey))
    const whole = sequence(body, ECDSA_WITH_SHA256, der(0x03, hex("00"), signature))
    const lines = whole.toString("base64").match(/.{1,64}/g) ?? []
    const cert = ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""]
    return { cert: cert.join("\n"), key: pair.privateKey }
}
