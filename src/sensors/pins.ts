import * as ds from "@devicescript/core"
import "@devicescript/gpio"
import type { Burst } from "./burst.js"
import type { ChipBus } from "./chip-bus.js"
import {
    ADC_MAX,
    type BurstReader,
    FULL_SCALE_MV,
    type Inputs,
    type Poll,
    PULL_DOWN,
    PULL_UP,
} from "./inputs.js"

/** A board's pins by our labels: analog[0] is A1, digital[0] is D1. */
export interface BoardPins {
    analog: ds.AnalogInPin[]
    digital: ds.InputPin[]
    led: ds.OutputPin
    /** Level that lights the LED. */
    ledOn: number
    /** To be made at once: a chip that starts takes a low select for the wish of an SPI bus. */
    chipBus?: () => ChipBus
}

/** The only part that a simulator cannot run: reads of real pins. */
export class PinInputs implements Inputs {
    private readonly bus: ChipBus | undefined = undefined

    constructor(private readonly pins: BoardPins) {
        for (const pin of pins.analog) pin.setMode(ds.GPIOMode.AnalogIn)
        pins.led.setMode(ds.GPIOMode.Output)
        if (pins.chipBus) this.bus = pins.chipBus()
    }

    millivoltReader(pin: number): () => number {
        const input = this.analog(pin)
        return () => input.value * FULL_SCALE_MV
    }

    levelReader(pin: number, pull: number): () => number {
        const input = this.digital(pin)
        if (pull === PULL_UP) input.setMode(ds.GPIOMode.InputPullUp)
        else if (pull === PULL_DOWN) input.setMode(ds.GPIOMode.InputPullDown)
        else input.setMode(ds.GPIOMode.Input)
        return () => input.value
    }

    powerWriter(pin: number): (isOn: boolean) => void {
        const output = this.digital(pin) as unknown as ds.OutputPin
        output.setMode(ds.GPIOMode.Output)
        return isOn => output.write(isOn ? 1 : 0)
    }

    burstReader(polls: Poll[]): BurstReader {
        return new PinBursts(this.analog, polls)
    }

    chipBus(): ChipBus | undefined {
        return this.bus
    }

    beat(isOn: boolean): void {
        this.pins.led.write(isOn ? this.pins.ledOn : 1 - this.pins.ledOn)
    }

    private analog(pin: number): ds.InputPin {
        const input = this.pins.analog[pin - 1] as unknown as ds.InputPin
        if (!input) throw new RangeError(`this board has no pin A${pin}`)
        return input
    }

    private digital(pin: number): ds.InputPin {
        const input = this.pins.digital[pin - 1]
        if (!input) throw new RangeError(`this board has no pin D${pin}`)
        return input
    }
}

class PinBursts implements BurstReader {
    constructor(
        private readonly pinOf: (pin: number) => ds.InputPin,
        private readonly polls: Poll[]
    ) {}

    start(burst: Burst): void {
        const { voltage, current, polls, samples } = burst
        const currentPin = this.pinOf(burst.currentPin)
        // without a voltage input the current is read twice, so that every burst has the same pace
        const voltagePin = burst.voltagePin > 0 ? this.pinOf(burst.voltagePin) : currentPin
        const readers = this.polls.map(poll => poll.read)
        if (readers.length === 0) readers.push(() => 0)
        let next = 0
        for (let k = 0; k < samples; k++) {
            voltage[k] = voltagePin.value * ADC_MAX
            current[k] = currentPin.value * ADC_MAX
            polls[k] = readers[next]()
            next++
            if (next === readers.length) next = 0
        }
    }

    take(_burst: Burst): void {}

    spend(_samples: number): void {}
}
