import { pins } from "@dsboard/meterbeat_s3"
import { startMeter } from "../../src/start.js"

/** A third of the heap, held for good: what is left must do. */
const BALLAST_KB = 21

const ballast: Buffer[] = []
for (let i = 0; i < BALLAST_KB; i++) ballast.push(Buffer.alloc(1000))

await startMeter("meterbeat_s3", () => ({ analog: [], digital: [], led: pins.LED, ledOn: 1 }))
console.log(`ballast of ${ballast.length} kB`)
