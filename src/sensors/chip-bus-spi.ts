import type { InputPin, OutputPin } from "@devicescript/core"
import { spi } from "@devicescript/spi"
import type { ChipBus } from "./chip-bus.js"
import { drive } from "./pins.js"

/** Pins of the bus; `selects[0]` is chip 1's. */
export interface ChipPins {
    miso: InputPin
    mosi: OutputPin
    clock: OutputPin
    selects: OutputPin[]
}

/** At 625 kHz two frames of 40 bits take 128 us, which is the chip's own time between samples. */
const CLOCK_HZ = 625000
/** Clock idles high, data is taken at its second edge (DS10272, section 8.6.2). */
const MODE = 3

/** The bus on real pins; a simulator has none. The runtime moves the bytes while other fibers run. */
export class SpiChipBus implements ChipBus {
    constructor(private readonly pins: ChipPins) {
        spi.configure({
            miso: pins.miso,
            mosi: pins.mosi,
            sck: pins.clock,
            mode: MODE,
            hz: CLOCK_HZ,
        })
        for (const select of pins.selects) drive(select, true)
    }

    async transfer(chip: number, write: Buffer): Promise<Buffer> {
        const select = this.pins.selects[chip - 1]
        if (!select) throw new RangeError(`this board has no select pin for chip ${chip}`)
        drive(select, false)
        const answer = await spi.transfer(write)
        drive(select, true)
        return answer
    }
}
