import { expect, test } from "vitest"
import { provisionDevice } from "../../server/provision.js"
import { connectLink } from "../../sim/link-client.js"
import { encodeHello } from "../../src/wire/hello.js"
import { encodeReport } from "../../src/wire/report.js"
import {
    buildTestApp,
    DEVICE_ID,
    DEVICE_KEY,
    listen,
    makeHello,
    makeReport,
} from "../server/helpers.js"

const OTHER_ID = "ffeeddccbbaa0011"
const OTHER_KEY = Buffer.alloc(32, 9)

async function startWithTwo() {
    const { app, store } = await buildTestApp()
    provisionDevice(store, { id: OTHER_ID, name: "Attic", key: OTHER_KEY })
    return { store, url: await listen(app) }
}

test("what a device says is of that device, whatever is in it", async () => {
    const { store, url } = await startWithTwo()
    const link = await connectLink({ url, deviceId: OTHER_ID, key: OTHER_KEY })
    link.send("h", encodeHello(makeHello()))
    await link.receive()
    link.send("r", encodeReport(makeReport()))
    await link.receive()
    expect(store.channels().map(({ deviceId }) => deviceId)).toEqual([OTHER_ID, OTHER_ID])
    link.close()
})

test("a device's key does not open the link of another", async () => {
    const { url } = await startWithTwo()
    await expect(connectLink({ url, deviceId: DEVICE_ID, key: OTHER_KEY })).rejects.toThrow()
    await expect(connectLink({ url, deviceId: OTHER_ID, key: DEVICE_KEY })).rejects.toThrow()
})
