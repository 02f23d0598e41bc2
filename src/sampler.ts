import * as ds from "@devicescript/core"
import { Recorder } from "./outbox/recorder.js"
import { Inputs } from "./sensors/inputs.js"
import { Sensor } from "./sensors/sensor.js"

const BEAT_MS = 1000
const BEAT_ON_MS = 50

/** Samples every sensor at its own period, without drift, and tells the recorder what they saw. */
export class Sampler {
    private readonly nextMs: number[] = []
    private readonly hasFailed: boolean[] = []

    constructor(
        private readonly sensors: Sensor[],
        private readonly inputs: Inputs,
        private readonly recorder: Recorder
    ) {}

    /** Runs for ever. */
    async run(): Promise<void> {
        const startMs = ds.millis()
        for (const _sensor of this.sensors) this.nextMs.push(startMs)
        while (true) {
            const nowMs = ds.millis()
            const dueMs = this.sampleDue(nowMs)
            this.inputs.tick(nowMs % BEAT_MS < BEAT_ON_MS)
            this.recorder.tick(nowMs)
            await ds.sleep(dueMs - nowMs)
        }
    }

    /** Returns when the next sample is due. */
    private sampleDue(nowMs: number): number {
        let soonestMs = nowMs + BEAT_MS
        let isLate = false
        for (let i = 0; i < this.sensors.length; i++) {
            const periodMs = this.sensors[i].periodMs
            let nextMs = this.nextMs[i]
            if (nowMs - nextMs >= periodMs) isLate = true
            // a sample that was missed is caught up with the present value: the count of samples holds
            while (nextMs <= nowMs) {
                this.sample(i, nowMs)
                nextMs += periodMs
            }
            this.nextMs[i] = nextMs
            if (nextMs < soonestMs) soonestMs = nextMs
        }
        if (isLate) this.recorder.addLateTick()
        return soonestMs
    }

    private sample(index: number, nowMs: number): void {
        if (this.hasFailed[index]) return
        try {
            const pulses = this.sensors[index].sample(this.inputs, nowMs)
            if (pulses) for (const pulseMs of pulses) this.recorder.addPulse(index, pulseMs)
        } catch (e) {
            this.hasFailed[index] = true
            console.log(`channel ${index} failed and is left out: ${e}`)
        }
    }
}
