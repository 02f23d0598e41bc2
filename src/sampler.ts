import * as ds from "@devicescript/core"
import { TAMPER_NONE } from "./measure/detector.js"
import type { Recorder } from "./outbox/recorder.js"
import type { SlotLog } from "./outbox/slot-log.js"
import type { Inputs } from "./sensors/inputs.js"
import type { LevelTap } from "./sensors/level-tap.js"
import type { MainsMeter } from "./sensors/mains.js"
import { failedSensor, type Sensor } from "./sensors/sensor.js"

/** The board's own grain; an S0 pulse lasts 30 ms at least (IEC 62053-31). */
export const TICK_MS = 10
/** A tick that is later than this is told of: two in a row may then miss the shortest S0 pulse. */
const LATE_MS = 5
/** So many in a slot are no accident: the board is slow. */
const SLOW_TICKS = 3
const BEAT_MS = 1000

/** Which sensor is at work, so that one that throws is known. */
let busyIndex = 0

/** Samples every sensor each 10 ms, without drift, and tells the recorder what they saw. */
export class Sampler {
    private sensors: Sensor[] = []
    private mains: MainsMeter | undefined = undefined
    private lateInSlot = 0
    /** Looks on while a sensor is aimed. */
    tap: LevelTap | undefined = undefined

    constructor(
        private readonly inputs: Inputs,
        private readonly recorder: Recorder
    ) {}

    /** Goes on with these, from the next tick on. */
    use(sensors: Sensor[], mains: MainsMeter | undefined): void {
        this.tap = undefined
        this.sensors = sensors
        this.mains = mains
    }

    /** Runs for ever. */
    async run(): Promise<void> {
        // locals, since this loop runs a hundred times a second and every field costs a search
        const recorder = this.recorder
        const inputs = this.inputs
        let beatMs = 0
        // the runtime wakes on a grid of its own: ticks that fall between its wakes would come unevenly
        await ds.sleep(TICK_MS)
        let nextMs = ds.millis()
        while (true) {
            const nowMs = ds.millis()
            const mains = this.mains
            if (mains?.isFresh()) nextMs = this.catchUp(mains, nextMs, nowMs)
            if (nextMs <= nowMs) nextMs = this.tick(nextMs, nowMs)
            if (mains?.isPending) mains.finish(nowMs)
            if (mains && !mains.isPending && nowMs >= mains.nextMs) mains.read(nowMs)
            if (nowMs >= beatMs) beatMs = beat(nowMs, inputs, recorder.logs)
            if (nowMs >= recorder.slotEndMs) this.endSlots(nowMs)
            await ds.sleep(mains?.isPending ? 1 : nextMs - nowMs)
        }
    }

    /**
     * Takes one sample of each sensor, returns when the next is due. What came late is marked, not made
     * up: a level read twice at one instant would be no second opinion. A sensor that throws is left out.
     */
    private tick(dueMs: number, nowMs: number): number {
        if (nowMs - dueMs >= LATE_MS) this.noteLate(nowMs - dueMs, nowMs)
        try {
            sampleAll(this.sensors, nowMs, this.recorder)
        } catch (e) {
            // the sensors behind it miss this one sample
            this.leaveOut(`${e}`)
        }
        if (this.tap) this.tap.add(nowMs, this.tap.read())
        const nextMs = dueMs + TICK_MS
        if (nextMs > nowMs) return nextMs
        return nextMs + Math.floor((nowMs - nextMs) / TICK_MS + 1) * TICK_MS
    }

    private noteLate(lateMs: number, nowMs: number): void {
        this.recorder.addLateTick(lateMs, nowMs)
        this.lateInSlot++
        if (this.mains && this.lateInSlot >= SLOW_TICKS) this.mains.isSlow = true
    }

    /** Takes the ticks that fell into a burst from what was polled between its pairs. */
    private catchUp(mains: MainsMeter, dueMs: number, nowMs: number): number {
        mains.take()
        const { startMs, samples, polls } = mains.burst
        const sampleMs = mains.sampleMs(nowMs)
        const sensors = this.sensors
        const count = sensors.length
        const tap = this.tap
        let tickMs = dueMs
        let first = Math.max(0, Math.ceil((tickMs - startMs) / sampleMs))
        // a tick too near the end to have all sensors is taken at the wake after it
        while (first + count <= samples) {
            for (let i = 0; i < count; i++) {
                // each sensor has its turn once in `count` pairs
                const k = first + ((i - (first % count) + count) % count)
                const { channel, detector } = sensors[i]
                const atMs = Math.floor(startMs + k * sampleMs)
                const pulseMs = detector.add(polls[k], atMs)
                if (tap?.channel === channel) tap.add(tickMs, polls[k])
                if (pulseMs !== undefined) this.recorder.addPulse(channel, pulseMs)
            }
            tickMs += TICK_MS
            first = Math.max(0, Math.ceil((tickMs - startMs) / sampleMs))
        }
        return tickMs
    }

    private endSlots(nowMs: number): void {
        this.recorder.endSlots(nowMs)
        this.lateInSlot = 0
        for (const sensor of this.sensors) {
            const code = sensor.detector.takeTamper()
            if (code === TAMPER_NONE) continue
            const seen = sensor.isAnalog ? sensor.read() : 0
            this.recorder.addEvent(code, sensor.channel, nowMs, 0, seen)
        }
        this.mains?.checkClamps(nowMs)
    }

    private leaveOut(reason: string): void {
        const channel = this.sensors[busyIndex].channel
        console.log(`channel ${channel} failed and is left out: ${reason}`)
        this.recorder.fail(channel)
        // it keeps its turn in the bursts
        this.sensors[busyIndex] = failedSensor(this.sensors[busyIndex])
    }
}

function sampleAll(sensors: Sensor[], nowMs: number, recorder: Recorder): void {
    for (let i = 0; i < sensors.length; i++) {
        busyIndex = i
        const sensor = sensors[i]
        const pulseMs = sensor.detector.add(sensor.read(), nowMs)
        if (pulseMs !== undefined) recorder.addPulse(sensor.channel, pulseMs)
    }
}

function beat(nowMs: number, inputs: Inputs, logs: SlotLog[]): number {
    const isOn = nowMs % BEAT_MS < BEAT_MS / 10
    inputs.beat(isOn, logs)
    return nowMs + BEAT_MS / 10
}
