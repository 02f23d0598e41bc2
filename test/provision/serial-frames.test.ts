import { expect, test } from "vitest"
import { decodeFrame, encodeFrame } from "../../provision/frames.js"
import { enablePackets, encodeSerial, SerialDecoder } from "../../provision/serial-frames.js"

/** What a decoder finds in bytes that come in pieces of that size. */
function decoded(bytes: Buffer, pieceBytes: number): string[] {
    const found: string[] = []
    const decoder = new SerialDecoder(frame => found.push(frame.toString("hex")))
    for (let at = 0; at < bytes.length; at += pieceBytes)
        decoder.push(bytes.subarray(at, at + pieceBytes))
    return found
}

test("a frame stands between two marks, and a mark within it is followed by a byte of its own", () => {
    expect(encodeSerial(Buffer.from("01fe02", "hex")).toString("hex")).toBe("fefc01fef802fefd")
})

test("the request for packets is a broadcast to the bridge's service class", () => {
    const request = enablePackets()
    // size 4, flags command and broadcast, class and broadcast mark, empty packet 0x81 of index 0x3d
    expect(request.subarray(2).toString("hex")).toBe("04054a1af618aaaaaaaa003d8100")
    expect(decodeFrame(request)).toMatchObject([{ serviceIndex: 0x3d, command: 0x81 }])
})

test.each([1, 3, 64])("frames are found among the log, in pieces of %i bytes", pieceBytes => {
    const frames = [
        Buffer.from("00fefefd", "hex"),
        Buffer.alloc(252, 0xfe),
        Buffer.from("42", "hex"),
    ]
    const log = Buffer.from("fstor: gc done\r\n")
    // a mark that stands for itself outside a frame, and a gap that was announced
    const noise = Buffer.from("fef8fefbfefa", "hex")
    const line = Buffer.concat(frames.flatMap(frame => [log, encodeSerial(frame), noise]))
    expect(decoded(line, pieceBytes)).toEqual(frames.map(frame => frame.toString("hex")))
})

test("what is broken is left out, and the next frame found", () => {
    const good = encodeSerial(Buffer.from("0102", "hex"))
    const broken = ["fefc0102", "fefc01fefe", "fefd", `fefc${"01".repeat(300)}fefd`]
    for (const hex of broken)
        expect(decoded(Buffer.concat([Buffer.from(hex, "hex"), good]), 7)).toEqual(["0102"])
})

test("a frame with one wrong bit holds no packets", () => {
    const packet = { deviceId: "0011223344556677", serviceIndex: 1, isCommand: true, command: 5 }
    const frame = encodeFrame({ ...packet, payload: Buffer.from("abc") })
    expect(decodeFrame(frame)).toHaveLength(1)
    for (let bit = 16; bit < frame.length * 8; bit++) {
        frame[bit >> 3] ^= 1 << (bit & 7)
        expect(decodeFrame(frame)).toEqual([])
        frame[bit >> 3] ^= 1 << (bit & 7)
    }
})
