import * as ds from "@devicescript/core"
import "@devicescript/gpio"
import { FULL_SCALE_MV, type Inputs } from "./inputs.js"

/** A board's pins by our labels: analog[0] is A1, digital[0] is D1. */
export interface BoardPins {
    analog: ds.AnalogInPin[]
    digital: ds.InputPin[]
    led: ds.OutputPin
    /** Level that lights the LED. */
    ledOn: number
}

/** The only part that a simulator cannot run: reads of real pins. */
export class PinInputs implements Inputs {
    constructor(private readonly pins: BoardPins) {
        for (const pin of pins.analog) pin.setMode(ds.GPIOMode.AnalogIn)
        for (const pin of pins.digital) pin.setMode(ds.GPIOMode.InputPullUp)
        pins.led.setMode(ds.GPIOMode.Output)
    }

    millivoltReader(pin: number): () => number {
        const input = this.pins.analog[pin - 1] as unknown as ds.InputPin
        if (!input) return () => noPin(`A${pin}`)
        return () => input.value * FULL_SCALE_MV
    }

    levelReader(pin: number): () => number {
        const input = this.pins.digital[pin - 1]
        if (!input) return () => noPin(`D${pin}`)
        return () => input.value
    }

    beat(isOn: boolean): void {
        this.pins.led.write(isOn ? this.pins.ledOn : 1 - this.pins.ledOn)
    }
}

/** Fails the channel at its first sample; the others go on. */
function noPin(label: string): number {
    throw new RangeError(`this board has no pin ${label}`)
}
