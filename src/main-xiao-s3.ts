import { pins } from "@dsboard/meterbeat_xiao_s3"
import { mainsMeter } from "./sensors/mains.js"
import { startMeter } from "./start.js"

await startMeter({
    name: "meterbeat_xiao_s3",
    analogPins: 5,
    digitalPins: 4,
    pins: () => ({
        analog: [pins.A1, pins.A2, pins.A3, pins.A4, pins.A5],
        digital: [pins.D1, pins.D2, pins.D3, pins.D4],
        led: pins.LED,
        ledOn: 0,
    }),
    power: { mains: mainsMeter },
})
