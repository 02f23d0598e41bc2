const TURN = 2 * Math.PI

/** What one input of the chip sees from an instant on: sines of one frequency. */
export interface ChipSignal {
    voltageV: number
    currentA: number
    /** By how much the current is behind the voltage. */
    angleDeg: number
    frequencyHz: number
}

interface Span extends ChipSignal {
    fromUs: number
    /** Turns of the voltage at `fromUs`. */
    turns: number
}

/** A signal that changes at instants; its phase runs on through them. */
export class SignalHistory {
    private readonly spans: Span[]

    constructor(first: ChipSignal, turns = 0) {
        this.spans = [{ ...first, fromUs: 0, turns }]
    }

    /** Changes the signal from an instant on, which must not lie before an earlier change. */
    set(fromUs: number, signal: ChipSignal): void {
        const last = this.at(fromUs)
        const turns = last.turns + ((fromUs - last.fromUs) / 1e6) * last.frequencyHz
        this.spans.push({ ...signal, fromUs, turns })
    }

    /** Forgets what was over before an instant. */
    forget(beforeUs: number): void {
        while (this.spans.length > 1 && this.spans[1].fromUs < beforeUs) this.spans.shift()
    }

    at(us: number): Span {
        for (let i = this.spans.length - 1; i > 0; i--)
            if (this.spans[i].fromUs <= us) return this.spans[i]
        return this.spans[0]
    }

    /** Instant of the first change after this one; Infinity without one. */
    changeAfter(us: number): number {
        return this.spans.find(span => span.fromUs > us)?.fromUs ?? Number.POSITIVE_INFINITY
    }

    voltage(us: number): number {
        const span = this.at(us)
        return span.voltageV * Math.SQRT2 * Math.sin(TURN * this.turnsAt(us))
    }

    turnsAt(us: number): number {
        const span = this.at(us)
        return span.turns + ((us - span.fromUs) / 1e6) * span.frequencyHz
    }
}
