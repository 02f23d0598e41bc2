import { CycleWindow } from "./cycle-window.js"
import { cos, sin } from "./trig.js"

/** Means over a whole cycle of a burst, in codes squared, without the offsets. */
export class BurstSums {
    /** Squares of voltage and current. */
    vv = 0
    ii = 0
    /** Voltage by current at the same instant: real power. */
    vi = 0
    /** Real and reactive power of the fundamentals; reactive is above 0 when the current is behind. */
    real1 = 0
    reactive1 = 0
    /** Square of the current's fundamental. */
    ii1 = 0
    /** Mean code of the current. */
    meanI = 0

    private readonly window = new CycleWindow()
    private meanV = 0

    /**
     * Takes a whole cycle, `cycle` samples with a fraction, of arrays that are two longer at least. The
     * current of each index was read half a sample after the voltage, and the clamp shifts it ahead by
     * `leadTurns` turns of the fundamental.
     */
    addPair(voltage: number[], current: number[], cycle: number, leadTurns: number): void {
        this.window.set(cycle)
        this.addSquares(voltage, current, cycle)
        this.addFundamentals(voltage, current, cycle, leadTurns)
    }

    /** The same for a current alone; what has to do with the voltage stays as it was. */
    addCurrent(current: number[], cycle: number): void {
        const window = this.window
        window.set(cycle)
        const last = window.last
        const twoCos = 2 * window.cosOmega
        let sumI = 0
        let ii = 0
        let i1 = 0
        let i2 = 0
        for (let k = 0; k <= last; k++) {
            const i = current[k]
            sumI += i
            ii += i * i
            const iNew = i + twoCos * i1 - i2
            i2 = i1
            i1 = iNew
        }
        const first = current[0]
        const end = current[last]
        const meanI = (sumI - window.less * (first + end)) / cycle
        this.meanI = meanI
        this.ii = (ii - window.less * (first * first + end * end)) / cycle - meanI * meanI
        const re = window.real(i1, i2, first, end, meanI)
        const im = window.imaginary(i2, first)
        this.ii1 = (2 * (re * re + im * im)) / (cycle * cycle)
    }

    private addSquares(voltage: number[], current: number[], cycle: number): void {
        const { last, less, omega } = this.window
        let sumV = 0
        let sumI = 0
        let vv = 0
        let ii = 0
        let vi = 0
        let v = voltage[0]
        for (let k = 0; k <= last; k++) {
            const i = current[k]
            const next = voltage[k + 1]
            sumV += v
            sumI += i
            vv += v * v
            ii += i * i
            vi += (v + next) * i
            v = next
        }
        const v0 = voltage[0]
        const i0 = current[0]
        const vLast = voltage[last]
        const iLast = current[last]
        const meanV = (sumV - less * (v0 + vLast)) / cycle
        const meanI = (sumI - less * (i0 + iLast)) / cycle
        this.meanV = meanV
        this.meanI = meanI
        this.vv = (vv - less * (v0 * v0 + vLast * vLast)) / cycle - meanV * meanV
        this.ii = (ii - less * (i0 * i0 + iLast * iLast)) / cycle - meanI * meanI
        // the voltage at the current's instant is the mean of its neighbours
        const pair0 = v0 + voltage[1]
        const pairLast = vLast + v
        const meanPair =
            2 * meanV + (v - v0 - less * (pair0 - 2 * v0 + pairLast - 2 * vLast)) / cycle
        const pairs = (vi - less * (pair0 * i0 + pairLast * iLast)) / cycle - meanPair * meanI
        // which loses some of the fundamental
        this.vi = pairs / (2 * cos(omega / 2))
    }

    private addFundamentals(
        voltage: number[],
        current: number[],
        cycle: number,
        leadTurns: number
    ): void {
        const window = this.window
        const last = window.last
        const twoCos = 2 * window.cosOmega
        // Goertzel's recursion
        let v1 = 0
        let v2 = 0
        let i1 = 0
        let i2 = 0
        for (let k = 0; k <= last; k++) {
            const vNew = voltage[k] + twoCos * v1 - v2
            v2 = v1
            v1 = vNew
            const iNew = current[k] + twoCos * i1 - i2
            i2 = i1
            i1 = iNew
        }
        const vRe = window.real(v1, v2, voltage[0], voltage[last], this.meanV)
        const vIm = window.imaginary(v2, voltage[0])
        const iRe = window.real(i1, i2, current[0], current[last], this.meanI)
        const iIm = window.imaginary(i2, current[0])
        const scale = 2 / (cycle * cycle)
        this.ii1 = scale * (iRe * iRe + iIm * iIm)
        this.turn(
            scale * (vRe * iRe + vIm * iIm),
            scale * (vIm * iRe - vRe * iIm),
            2 * Math.PI * leadTurns
        )
    }

    /** Turns the fundamental's power by the half sample and by the clamp's lead. */
    private turn(real: number, reactive: number, lead: number): void {
        const skew = this.window.omega / 2
        const cosBoth = cos(skew + lead)
        const sinBoth = sin(skew + lead)
        this.real1 = real * cosBoth - reactive * sinBoth
        this.reactive1 = real * sinBoth + reactive * cosBoth
        // a clamp's lead is known for the fundamental only
        this.vi += this.real1 - (real * cos(skew) - reactive * sin(skew))
    }
}
