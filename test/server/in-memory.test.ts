import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { Duplex } from "node:stream"
import { expect, test } from "vitest"
import { CAPTURED } from "./captured-link.js"
import { buildTestApp, makeHello, makeReport, makeTempDir, openTestStore } from "./helpers.js"

/** Two ends of a line without a socket: what one end is given, the other end reads. */
function makeLine(): [Duplex, Duplex] {
    const makeEnd = (other: () => Duplex): Duplex =>
        new Duplex({
            read: () => undefined,
            write: (chunk, _encoding, done) => {
                other().push(chunk)
                done()
            },
            final: done => {
                other().push(null)
                done()
            },
        })
    const server: Duplex = makeEnd(() => device)
    const device: Duplex = makeEnd(() => server)
    return [server, device]
}

async function turns(count: number): Promise<void> {
    for (let i = 0; i < count; i++) await new Promise(resolve => setImmediate(resolve))
}

test("takes a device over a line in memory within a few turns, without any timer", async () => {
    const deviceId = "1d0f60b8a93cdaee"
    const store = await openTestStore()
    store.createDevice(deviceId, Buffer.from(CAPTURED.deviceKey, "hex"), "Recorded")
    const { app } = await buildTestApp({
        store,
        randomBytes: () => Buffer.from(CAPTURED.serverRandom, "hex"),
    })
    const [server, device] = makeLine()
    let received = Buffer.alloc(0)
    device.on("data", (chunk: Buffer) => {
        received = Buffer.concat([received, chunk])
    })
    app.server.emit("connection", server)
    device.write(
        `GET /wssk/${deviceId} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n" +
            `Sec-WebSocket-Protocol: devs-key-${CAPTURED.clientRandom}\r\n\r\n`
    )
    await turns(4)
    expect(received.toString("latin1")).toContain(`devs-key-${CAPTURED.clientRandom}`)
    expect(received.toString("hex")).toContain(CAPTURED.hello)
    for (const { frame } of CAPTURED.fromDevice)
        device.write(maskedFrame(Buffer.from(frame, "hex")))
    await turns(4)
    for (const { frame } of CAPTURED.toDevice) expect(received.toString("hex")).toContain(frame)
})

test("the same input gives the same database, byte for byte", async () => {
    const digests: string[] = []
    for (let run = 0; run < 2; run++) {
        const file = join(makeTempDir(), "meterbeat.db")
        const store = await openTestStore(file)
        const item = { deviceId: "00112233445566aa", nowMs: makeReport().startMs }
        store.ingest([{ ...item, kind: "hello", hello: makeHello() }])
        for (let sequence = 0; sequence < 50; sequence++)
            store.ingest([{ ...item, kind: "report", report: makeReport({ sequence }) }])
        store.close()
        digests.push(createHash("sha256").update(readFileSync(file)).digest("hex"))
    }
    expect(digests[1]).toBe(digests[0])
})

/** A binary frame of up to 125 bytes, masked with zeros as a client may. */
function maskedFrame(payload: Buffer): Buffer {
    return Buffer.concat([Buffer.from([0x82, 0x80 | payload.length, 0, 0, 0, 0]), payload])
}
