import * as ds from "@devicescript/core"
import { pins } from "@dsboard/meterbeat_s3"
import { mainsMeter } from "../../src/sensors/mains.js"
import { startMeter } from "../../src/start.js"
import { PROBE_AFTER_MS } from "./probe-time.js"

/** As large as the largest message: more in one block is not asked for. */
const STEP_BYTES = 250

await startMeter({
    name: "meterbeat_s3",
    analogPins: 10,
    digitalPins: 8,
    pins: () => ({ analog: [], digital: [], led: pins.LED, ledOn: 1 }),
    power: { mains: mainsMeter },
})
await ds.sleep(PROBE_AFTER_MS)
// no API tells the heap in use: take what is free until the runtime panics
const taken: Buffer[] = []
while (true) {
    taken.push(Buffer.alloc(STEP_BYTES))
    console.log(`free: at least ${taken.length * STEP_BYTES} bytes`)
}
