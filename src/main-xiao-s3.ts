import { pins } from "@dsboard/meterbeat_xiao_s3"
import { startMeter } from "./start.js"

await startMeter("meterbeat_xiao_s3", () => ({
    analog: [pins.A1, pins.A2, pins.A3, pins.A4, pins.A5],
    digital: [pins.D1, pins.D2, pins.D3, pins.D4],
    led: pins.LED,
    ledOn: 0,
}))
