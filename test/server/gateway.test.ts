import { randomBytes } from "node:crypto"
import { connect } from "node:net"
import { expect, onTestFinished, test } from "vitest"
import { type ClientLink, connectLink, openSocket } from "../../sim/link-client.js"
import { decodeAck, MAX_ACKED_REPORTS } from "../../src/wire/ack.js"
import { HELLO_LOG } from "../../src/wire/head.js"
import { encodeHello } from "../../src/wire/hello.js"
import { encodeReport } from "../../src/wire/report.js"
import {
    buildTestApp,
    DEVICE_ID,
    DEVICE_KEY,
    listen,
    makeHello,
    makeReport,
    START_MS,
    seededNumbers,
} from "./helpers.js"

const PROTOCOL = `devs-key-${"ab".repeat(16)}`

async function startGateway(change: Parameters<typeof buildTestApp>[0] = {}) {
    const parts = await buildTestApp(change)
    const url = await listen(parts.app)
    const address = { url, deviceId: DEVICE_ID, key: DEVICE_KEY }
    const connectDevice = async () => {
        const link = await connectLink(address)
        onTestFinished(() => link.close())
        return link
    }
    return { ...parts, url, address, connectDevice }
}

async function greet(link: ClientLink): Promise<void> {
    link.send("h", encodeHello(makeHello()))
    await link.receive()
}

function endOf(socket: ReturnType<typeof openSocket>): Promise<number> {
    return new Promise(resolve => {
        let status = 0
        socket.on("unexpected-response", (_request, response) => {
            status = response.statusCode ?? 0
            socket.terminate()
        })
        socket.on("error", () => undefined)
        socket.on("close", () => resolve(status))
    })
}

test("answers a hello with the time and a report with its acknowledgement", async () => {
    const { connectDevice, store } = await startGateway()
    const link = await connectDevice()
    link.send("h", encodeHello(makeHello()))
    const first = await link.receive()
    expect(first.topic).toBe("a")
    expect(decodeAck(first.data)).toEqual({
        bootId: 1,
        serverTimeMs: START_MS,
        reports: [{ channel: HELLO_LOG, sequence: makeHello().uptimeMs }],
    })
    link.send("r", encodeReport(makeReport({ sequence: 5 })))
    expect(decodeAck((await link.receive()).data)).toEqual({
        bootId: 1,
        serverTimeMs: START_MS,
        reports: [{ channel: 0, sequence: 5 }],
    })
    expect(store.now(0)[0].totalCount).toBe(20)
    expect(store.channels().map(({ name }) => name)).toEqual(["Electricity 1", "Pulse 2"])
})

test("acknowledges many reports in messages that a device can take", async () => {
    const { connectDevice } = await startGateway()
    const link = await connectDevice()
    await greet(link)
    const sequences = Array.from({ length: 100 }, (_, sequence) => sequence)
    for (const sequence of sequences) link.send("r", encodeReport(makeReport({ sequence })))
    const acked: number[] = []
    while (acked.length < sequences.length) {
        const ack = decodeAck((await link.receive()).data)
        if (typeof ack === "string") throw new Error(ack)
        expect(ack.reports.length).toBeLessThanOrEqual(MAX_ACKED_REPORTS)
        acked.push(...ack.reports.map(({ sequence }) => sequence))
    }
    expect(acked).toEqual(sequences)
})

test("does not acknowledge what it cannot store, and goes on", async () => {
    const { connectDevice } = await startGateway()
    const link = await connectDevice()
    await greet(link)
    link.send("r", Buffer.from("nonsense"))
    link.send("r", encodeReport(makeReport({ channel: 9, sequence: 1 })))
    link.send("no such topic", Buffer.alloc(3))
    link.send("r", encodeReport(makeReport({ sequence: 2 })))
    const ack = decodeAck((await link.receive()).data)
    expect(ack).toMatchObject({ reports: [{ channel: 0, sequence: 2 }] })
})

test("answers pings and ignores commands that it does not know", async () => {
    const { connectDevice } = await startGateway()
    const link = await connectDevice()
    for (const command of [0x00, 0x93, 0x99, 0x9a, 0x9b, 0xff])
        link.sendMessage(Buffer.concat([Buffer.from([command]), Buffer.alloc(200, 0x41)]))
    link.sendPing()
    expect(await link.pong()).toBe(true)
})

test.each([
    ["a frame above 512 bytes", (link: ClientLink) => link.sendMessage(Buffer.alloc(509, 0x92))],
    ["a text frame", (link: ClientLink) => link.socket.send("text")],
    ["a message without a byte", (link: ClientLink) => link.sendMessage(Buffer.alloc(0))],
])("ends the link of a known device that sends %s", async (_name, misbehave) => {
    const { connectDevice } = await startGateway()
    const link = await connectDevice()
    misbehave(link)
    await link.closed
    const again = await connectDevice()
    again.sendMessage(Buffer.alloc(508, 0x92))
    expect(await again.pong()).toBe(true)
})

test("a newer link of a device takes the place of the older one", async () => {
    const { connectDevice } = await startGateway()
    const older = await connectDevice()
    const newer = await connectDevice()
    await older.closed
    newer.sendPing()
    expect(await newer.pong()).toBe(true)
})

test("a stranger without the key does not push a device out", async () => {
    const { connectDevice, address } = await startGateway()
    const link = await connectDevice()
    await expect(connectLink({ ...address, key: Buffer.alloc(32, 8) })).rejects.toThrow()
    link.sendPing()
    expect(await link.pong()).toBe(true)
})

test.each([
    ["an unknown device", "ffffffffffffffff", PROTOCOL, 404],
    ["a device id in capitals", DEVICE_ID.toUpperCase(), PROTOCOL, 404],
    ["a path below the device", `${DEVICE_ID}/x`, PROTOCOL, 404],
    ["another sub-protocol", DEVICE_ID, "chat", 400],
    ["a short sub-protocol", DEVICE_ID, "devs-key-ab", 400],
])("refuses %s at the upgrade", async (_name, deviceId, protocol, status) => {
    const { url } = await startGateway()
    expect(await endOf(openSocket({ url, deviceId }, protocol))).toBe(status)
})

test("a read-only server takes no devices", async () => {
    const { url } = await startGateway({ readOnly: true })
    expect(await endOf(openSocket({ url, deviceId: DEVICE_ID }, PROTOCOL))).toBe(503)
})

test("a recorded handshake is worthless", async () => {
    const { connectDevice, address, store } = await startGateway()
    const link = await connectDevice()
    await greet(link)
    link.send("r", encodeReport(makeReport()))
    await link.receive()
    const before = store.now(0)
    const protocol = link.socket.protocol
    const replay = openSocket(address, protocol)
    replay.on("open", () => {
        for (const frame of link.sentFrames) replay.send(frame)
    })
    await endOf(replay)
    expect(store.now(0)).toEqual(before)
    link.sendPing()
    expect(await link.pong()).toBe(true)
})

test("serves a device after 1,000 hostile connections", { timeout: 30_000 }, async () => {
    // so many handshakes would otherwise have to wait for their turn
    let uptimeMs = 0
    const { url, address, connectDevice } = await startGateway({
        uptimeMs: () => (uptimeMs += 1000),
    })
    const random = seededNumbers("hostile")
    const port = Number(new URL(url).port)
    const shoot = (send: (socket: ReturnType<typeof openSocket>) => void) => {
        const socket = openSocket(address, PROTOCOL)
        socket.on("message", () => send(socket))
        return endOf(socket)
    }
    const raw = (bytes: string | Buffer) =>
        new Promise<void>(resolve => {
            const socket = connect(port, "127.0.0.1", () => socket.end(bytes))
            socket.on("error", () => undefined)
            socket.on("close", () => resolve())
            socket.resume()
        })
    const upgrade = `GET /wssk/${DEVICE_ID} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`
    const key = `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${"A".repeat(22)}==\r\nSec-WebSocket-Protocol: ${PROTOCOL}\r\n\r\n`
    const attacks: (() => Promise<unknown>)[] = [
        () => shoot(socket => socket.send(randomBytes(1 + random(300)))),
        () => shoot(socket => socket.send("text, not bytes")),
        () => shoot(socket => socket.send(Buffer.alloc(513))),
        () => shoot(socket => socket.send(Buffer.alloc(100_000))),
        () => shoot(socket => socket.send(Buffer.alloc(0))),
        () => shoot(socket => socket.send(Buffer.alloc(36))),
        () => shoot(socket => socket.terminate()),
        () => shoot(socket => socket.close(1000)),
        () => connectLink({ ...address, key: randomBytes(32) }).catch(() => undefined),
        () => endOf(openSocket({ url, deviceId: "0".repeat(16) }, PROTOCOL)),
        () => raw(randomBytes(200)),
        () => raw(upgrade),
        () => raw(`${upgrade}\r\n`),
        () => raw(`${upgrade}${key}${"\xff".repeat(40)}`),
        () =>
            raw(
                Buffer.concat([
                    Buffer.from(upgrade + key),
                    Buffer.from([0x82, 0xff]),
                    randomBytes(20),
                ])
            ),
    ]
    for (let done = 0; done < 1000; done += 20)
        await Promise.all(
            Array.from({ length: 20 }, (_, at) => attacks[(done + at) % attacks.length]())
        )
    const link = await connectDevice()
    for (let i = 0; i < 200; i++) link.send("rhlc"[random(4)], randomBytes(random(200)))
    link.sendMessage(Buffer.from([0x98]))
    link.sendMessage(Buffer.from([0x98, 1]))
    link.sendMessage(Buffer.from([0x98, 2, 0x72, 0]))
    await greet(link)
    link.send("r", encodeReport(makeReport({ sequence: 3 })))
    expect(decodeAck((await link.receive()).data)).toMatchObject({
        reports: [{ channel: 0, sequence: 3 }],
    })
})
