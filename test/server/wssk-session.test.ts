import { createCipheriv, hkdfSync } from "node:crypto"
import { expect, test } from "vitest"
import { LinkError, WsskSession } from "../../server/transports/wssk-session.js"
import { CAPTURED } from "./captured-link.js"

const hex = (text: string) => Buffer.from(text, "hex")

function openCaptured(): WsskSession {
    return new WsskSession(
        hex(CAPTURED.deviceKey),
        hex(CAPTURED.clientRandom),
        hex(CAPTURED.serverRandom)
    )
}

test("speaks, byte for byte, as in the recorded link of a device", () => {
    const session = openCaptured()
    expect(session.hello.toString("hex")).toBe(CAPTURED.hello)
    const [authentication, ...frames] = CAPTURED.fromDevice
    expect(session.receive(hex(authentication.frame))).toEqual({
        kind: "authenticated",
        reply: hex(CAPTURED.authReply),
    })
    for (const { frame, message } of frames)
        expect(session.receive(hex(frame))).toEqual({ kind: "message", message: hex(message) })
    for (const { frame, message } of CAPTURED.toDevice)
        expect(session.send(hex(message)).toString("hex")).toBe(frame)
})

test.each([
    ["an empty frame", ""],
    ["a tag without a message", "01020304"],
    ["zeros", "00".repeat(36)],
    ["the second frame of the recording", CAPTURED.fromDevice[1].frame],
    ["a changed authentication", CAPTURED.fromDevice[0].frame.replace(/..$/, "00")],
])("ends a link that begins with %s", (_name, frame) => {
    expect(() => openCaptured().receive(hex(frame))).toThrow(LinkError)
})

test("ends a link whose frame comes a second time", () => {
    const session = openCaptured()
    const [authentication, next] = CAPTURED.fromDevice
    session.receive(hex(authentication.frame))
    session.receive(hex(next.frame))
    expect(() => session.receive(hex(next.frame))).toThrow(LinkError)
})

test("other random bytes of the server make the recording worthless", () => {
    const session = new WsskSession(
        hex(CAPTURED.deviceKey),
        hex(CAPTURED.clientRandom),
        Buffer.alloc(16, 9)
    )
    expect(() => session.receive(hex(CAPTURED.fromDevice[0].frame))).toThrow(LinkError)
})

test.each([
    ["a byte that is not zero", Buffer.alloc(32).fill(1, 31)],
    ["one zero too few", Buffer.alloc(31)],
    ["one zero too many", Buffer.alloc(33)],
])("ends a link that authenticates with %s, though the key is right", (_name, message) => {
    const { deviceKey, clientRandom, serverRandom } = CAPTURED
    const info = hex(clientRandom + serverRandom)
    const key = Buffer.from(hkdfSync("sha256", hex(deviceKey), "", info, 32))
    const nonce = hex(`01${"00".repeat(12)}`)
    const cipher = createCipheriv("aes-256-ccm", key, nonce, { authTagLength: 4 })
    const body = Buffer.concat([cipher.update(message), cipher.final()])
    const frame = Buffer.concat([body, cipher.getAuthTag()])
    expect(() => openCaptured().receive(frame)).toThrow("32 zero bytes")
})

test("says nothing before the device has authenticated", () => {
    expect(() => openCaptured().send(Buffer.from([0x92]))).toThrow("not authenticated")
})
