import { pins } from "@dsboard/meterbeat_s3"
import { mainsMeter } from "../../src/sensors/mains.js"
import { startMeter } from "../../src/start.js"

/** A third of the heap, held for good: what is left must do. */
const BALLAST_KB = 21

const ballast: Buffer[] = []
for (let i = 0; i < BALLAST_KB; i++) ballast.push(Buffer.alloc(1000))

await startMeter({
    name: "meterbeat_s3",
    analogPins: 10,
    digitalPins: 8,
    pins: () => ({ analog: [], digital: [], led: pins.LED, ledOn: 1 }),
    power: { mains: mainsMeter },
})
console.log(`ballast of ${ballast.length} kB`)
