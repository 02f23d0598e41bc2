import { cos, sin } from "./trig.js"

/**
 * A whole cycle in samples 0 to `last`: the first and the last weigh `1 - less`, so that the window
 * is as long as the cycle and stays in its middle.
 */
export class CycleWindow {
    last = 0
    less = 0
    /** Turn of the fundamental per sample, in radians. */
    omega = 0
    cosOmega = 0
    private sinOmega = 0
    private cosPart = 0
    private sinPart = 0
    /** What an offset of 1 leaves in the fundamental. */
    private leak = 0

    /** `cycle` is the cycle's length in samples, with a fraction. */
    set(cycle: number): void {
        const last = Math.floor(cycle)
        const part = cycle - last
        const omega = (2 * Math.PI) / cycle
        this.last = last
        this.less = (1 - part) / 2
        this.omega = omega
        this.cosOmega = cos(omega)
        this.sinOmega = sin(omega)
        this.cosPart = cos(omega * part)
        this.sinPart = sin(omega * part)
        this.leak = (part * (1 - part * part) * omega * omega) / 12
    }

    /** Real part of the fundamental from the last two values of Goertzel's recursion. */
    real(newest: number, second: number, first: number, last: number, mean: number): number {
        const ends = this.less * (first * this.cosPart + last)
        return newest - second * this.cosOmega - ends - mean * this.leak
    }

    /** Imaginary part of the same. */
    imaginary(second: number, first: number): number {
        return second * this.sinOmega + this.less * first * this.sinPart
    }
}
