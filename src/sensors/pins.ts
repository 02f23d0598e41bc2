import * as ds from "@devicescript/core"
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

/**
 * A pin as the runtime has it. `@devicescript/gpio` declares the same, but brings along a kilobyte that
 * watches pins for changes.
 */
interface Pin {
    readonly value: number
    setMode(mode: ds.GPIOMode): void
}

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

/** Makes a pin an output of that level. */
export function drive(pin: ds.OutputPin, isHigh: boolean): void {
    asPin(pin).setMode(isHigh ? ds.GPIOMode.OutputHigh : ds.GPIOMode.OutputLow)
}

function asPin(pin: unknown): Pin {
    return pin as Pin
}

/** The only part that a simulator cannot run: reads of real pins. */
export class PinInputs implements Inputs {
    private readonly bus: ChipBus | undefined = undefined

    constructor(private readonly pins: BoardPins) {
        for (const pin of pins.analog) asPin(pin).setMode(ds.GPIOMode.AnalogIn)
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
        return isOn => drive(output, isOn)
    }

    burstReader(polls: Poll[]): BurstReader {
        return new PinBursts(this.analog, polls)
    }

    chipBus(): ChipBus | undefined {
        return this.bus
    }

    beat(isOn: boolean): void {
        drive(this.pins.led, isOn === (this.pins.ledOn === 1))
    }

    private analog(pin: number): Pin {
        const input = asPin(this.pins.analog[pin - 1])
        if (!input) throw new RangeError(`this board has no pin A${pin}`)
        return input
    }

    private digital(pin: number): Pin {
        const input = asPin(this.pins.digital[pin - 1])
        if (!input) throw new RangeError(`this board has no pin D${pin}`)
        return input
    }
}

class PinBursts implements BurstReader {
    constructor(
        private readonly pinOf: (pin: number) => Pin,
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
