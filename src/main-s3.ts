import { pins } from "@dsboard/meterbeat_s3"
import { mainsMeter } from "./sensors/mains.js"
import { startMeter } from "./start.js"

await startMeter({
    name: "meterbeat_s3",
    analogPins: 10,
    digitalPins: 8,
    pins: () => ({
        analog: [
            pins.A1,
            pins.A2,
            pins.A3,
            pins.A4,
            pins.A5,
            pins.A6,
            pins.A7,
            pins.A8,
            pins.A9,
            pins.A10,
        ],
        digital: [pins.D1, pins.D2, pins.D3, pins.D4, pins.D5, pins.D6, pins.D7, pins.D8],
        led: pins.LED,
        ledOn: 1,
    }),
    power: { mains: mainsMeter },
})
