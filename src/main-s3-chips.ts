import { pins } from "@dsboard/meterbeat_s3_chips"
import { MeteringChips } from "./metering-chips.js"
import { SpiChipBus } from "./sensors/chip-bus-spi.js"
import { startMeter } from "./start.js"

await startMeter({
    name: "meterbeat_s3_chips",
    analogPins: 10,
    digitalPins: 7,
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
        digital: [pins.D1, pins.D2, pins.D3, pins.D4, pins.D5, pins.D6, pins.D7],
        led: pins.LED,
        ledOn: 1,
        chipBus: () =>
            new SpiChipBus({
                clock: pins.SCK,
                mosi: pins.MOSI,
                miso: pins.MISO,
                selects: [pins.CS1, pins.CS2, pins.CS3, pins.CS4, pins.CS5],
            }),
    }),
    power: { chips: (bus, recorder) => new MeteringChips(bus, recorder) },
})
