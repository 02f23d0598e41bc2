import { expect, test } from "vitest"
import { connectionString } from "../../cli/connection-string.js"
import { firmwareImage } from "../../cli/images.js"
import { provisionOver } from "../../cli/provision.js"
import { type VirtualWorld, withVirtualWorld } from "../../cli/virtual-world.js"
import { BusClient } from "../../provision/bus-client.js"
import { decodeFrame, encodeFrame, type Packet } from "../../provision/frames.js"
import { SerialBus } from "../../provision/serial-bus.js"
import { setWifi } from "../../provision/wifi.js"
import { FLASH_BYTES } from "../../sim/flash/layout.js"
import { runFor } from "../../sim/run-loop.js"
import { deviceChannels, loadScenario } from "../../sim/scenario.js"
import { Scheduler } from "../../sim/scheduler.js"
import { SerialBoard } from "./serial-board.js"

/** A serial line to the world's only board, whose flash is blank. */
async function blankBoard({ world }: VirtualWorld) {
    const { board } = world.devices[0]
    board.cutPower()
    board.flash.load(Buffer.alloc(FLASH_BYTES, 0xff))
    const line: SerialBus = new SerialBus(
        bytes => end.receive(bytes),
        ms => world.scheduler.delay(ms),
        () => world.scheduler.oweTurn()
    )
    const end = new SerialBoard(board, bytes => line.receive(bytes))
    await board.boot()
    return { line, end }
}

test.each([false, true])(
    "a blank board is put into service over a serial line, repair: %s",
    {
        timeout: 60_000,
    },
    async isRepair => {
        await withVirtualWorld(loadScenario("scenarios/rough-hour.json"), {}, async started => {
            const { world, server } = started
            const { line, end } = await blankBoard(started)
            const [{ spec, registration, board }] = world.devices
            const ids: string[] = []
            const powered = board.powered.length
            const id = await runFor(
                world.scheduler,
                provisionOver(
                    line,
                    { image: firmwareImage(spec.board), channels: deviceChannels(spec), isRepair },
                    async deviceId => {
                        ids.push(deviceId)
                        end.forget()
                        return connectionString("http://127.0.0.1:8087", deviceId, registration.key)
                    }
                )
            )
            line.close()
            expect([id, ids]).toEqual([registration.id, [registration.id]])
            expect(board.powered).toHaveLength(powered + 1)
            expect(board.flash.wear.compactions).toBe(isRepair ? 1 : 0)
            await world.runTo(world.sinceStartMs() + 90_000)
            expect(server.store.now(0)[0].totalCount).toBeGreaterThan(10)
        })
    }
)

test("a board that does not answer is told of in one sentence", async () => {
    const scheduler = new Scheduler()
    const line = new SerialBus(
        () => undefined,
        ms => scheduler.delay(ms)
    )
    const what = { image: Buffer.alloc(32), isRepair: false }
    await expect(
        runFor(
            scheduler,
            provisionOver(line, what, async () => "ws://x")
        )
    ).rejects.toThrow("The device does not offer the service 0x1134ea2b.")
})

/** A bus with a Wi-Fi service, which the simulator has none of; it joins on the right password. */
function wifiBus(password: string) {
    const scheduler = new Scheduler()
    const device = { deviceId: "0011223344556677", isCommand: false }
    let address = Buffer.alloc(0)
    const sent: Packet[] = []
    const reply = (serviceIndex: number, command: number, payload: Buffer) =>
        scheduler.after(5, () => {
            bus.receive(encodeFrame({ ...device, serviceIndex, command, payload }))
            scheduler.oweTurn()
        })
    const bus: BusClient = new BusClient(
        frame => {
            const [packet] = decodeFrame(frame)
            sent.push(packet)
            if (packet.command !== 0x81) reply(packet.serviceIndex, packet.command, address)
            else if (packet.payload.toString() === `home\0${password}\0`)
                address = Buffer.from([192, 168, 1, 7])
        },
        ms => scheduler.delay(ms)
    )
    const announcement = Buffer.alloc(8)
    announcement.writeUInt32LE(0x18aae1fa, 4)
    reply(0, 0, announcement)
    return { bus, scheduler, sent }
}

test("a network is added with its password, and joined", async () => {
    const { bus, scheduler, sent } = wifiBus("secret")
    await runFor(scheduler, setWifi(bus, { ssid: "home", password: "secret" }))
    expect(sent[0]).toMatchObject({ serviceIndex: 1, command: 0x81 })
})

test("a network that is not joined is told of, without the password", async () => {
    const { bus, scheduler } = wifiBus("other")
    await expect(
        runFor(scheduler, setWifi(bus, { ssid: "home", password: "secret" }))
    ).rejects.toThrow("The device did not join the network home within 40 s: check the password.")
})
