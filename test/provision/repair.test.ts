import { expect, test } from "vitest"
import { BusClient } from "../../provision/bus-client.js"
import { decodeFrame, encodeFrame } from "../../provision/frames.js"
import { REPAIR_WRITES, repairFlash } from "../../provision/repair.js"
import { FLASH_PAGES, pageKey } from "../../src/wire/page.js"

const SETTINGS = 0x1107dc4a
const GET = 0x80
const ADDRESS = { deviceId: "0123456789abcdef", serviceIndex: 1 }

test("a repair writes every page that flash may hold anew", async () => {
    const values = new Map<string, Buffer>()
    let writes = 0
    const tell = (serviceIndex: number, command: number, payload: Buffer) =>
        bus.receive(encodeFrame({ ...ADDRESS, serviceIndex, isCommand: false, command, payload }))
    const bus = new BusClient(
        frame => {
            const [{ command, payload }] = decodeFrame(frame)
            const end = payload.indexOf(0)
            const key = payload.toString("latin1", 0, end < 0 ? undefined : end)
            if (command !== GET) {
                values.set(key, payload.subarray(end + 1))
                writes++
            } else {
                const value = values.get(key) ?? Buffer.alloc(0)
                tell(1, GET, Buffer.concat([Buffer.from(`${key}\0`), value]))
            }
        },
        async () => undefined
    )
    const services = Buffer.alloc(8)
    services.writeUInt32LE(SETTINGS, 4)
    tell(0, 0, services)
    await repairFlash(bus)
    for (let number = 0; number < FLASH_PAGES; number++)
        expect(values.get(pageKey(number))).toHaveLength(0)
    expect(writes).toBe(REPAIR_WRITES)
})
