import { onTestFinished } from "vitest"
import { type ClientLink, connectLink } from "../../../sim/link-client.js"
import { encodeHello } from "../../../src/wire/hello.js"
import { DEVICE_ID, DEVICE_KEY, START_MS } from "../helpers.js"
import {
    ingestAll,
    MAINS_HELLO,
    MAINS_ID,
    makeMains,
    makeSlot,
    sayHello,
} from "../mains-helpers.js"
import { buildSignedInApp } from "./sign-in.js"

/** A signed-in app whose device has a light, a mains and a chip channel, the second with three slots. */
export async function buildWithMains() {
    const parts = await buildSignedInApp()
    sayHello(parts.store)
    const slots = [makeSlot(), makeSlot({ energyIn: 0, energyOut: 10_000 }), undefined]
    ingestAll(parts.store, { kind: "mains", report: makeMains({ slots, quality: 20 }) })
    const series = async (query: string) =>
        (
            await parts.send(
                "GET",
                `/channels/${MAINS_ID}/series?fromMs=${START_MS}&toMs=${START_MS + 15_000}${query}`
            )
        ).json()
    return { ...parts, series }
}

/** The device's link, after its hello. */
export async function connect(url: string): Promise<ClientLink> {
    const link = await connectLink({ url, deviceId: DEVICE_ID, key: DEVICE_KEY })
    onTestFinished(() => link.close())
    link.send("h", encodeHello(MAINS_HELLO))
    await link.receive()
    return link
}
