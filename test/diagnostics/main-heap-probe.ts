import { pins } from "@dsboard/meterbeat_s3"
import { startMeter } from "../../src/start.js"
import { PROBE_AFTER_MS } from "./probe-time.js"

const STEP_BYTES = 1000

await startMeter("meterbeat_s3", () => ({ analog: [], digital: [], led: pins.LED, ledOn: 1 }))
setTimeout(async () => {
    // no API tells the heap in use: take what is free until the runtime panics
    const taken: Buffer[] = []
    while (true) {
        taken.push(Buffer.alloc(STEP_BYTES))
        console.log(`free: at least ${taken.length * STEP_BYTES} bytes`)
    }
}, PROBE_AFTER_MS)
