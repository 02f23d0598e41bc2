import { pins } from "@dsboard/meterbeat_esp32"
import { mainsMeter } from "./sensors/mains.js"
import { startMeter } from "./start.js"

await startMeter({
    name: "meterbeat_esp32",
    analogPins: 6,
    digitalPins: 8,
    pins: () => ({
        analog: [pins.A1, pins.A2, pins.A3, pins.A4, pins.A5, pins.A6],
        digital: [pins.D1, pins.D2, pins.D3, pins.D4, pins.D5, pins.D6, pins.D7, pins.D8],
        led: pins.LED,
        ledOn: 1,
    }),
    power: { mains: mainsMeter },
})
