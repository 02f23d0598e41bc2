import * as ds from "@devicescript/core"
import type { Recorder } from "./outbox/recorder.js"
import type { Inputs } from "./sensors/inputs.js"
import type { Sensor } from "./sensors/sensor.js"

const BEAT_MS = 1000

/** Which sensor of its group is at work, so that one that throws is known. */
let busyIndex = 0

/** Sensors that share a period, and so their instants. */
interface Group {
    nextMs: number
    periodMs: number
    samples: ((uptimeMs: number) => number[] | undefined)[]
    channels: number[]
}

/** Samples every sensor at its own period, without drift, and tells the recorder what they saw. */
export class Sampler {
    private readonly groups: Group[] = []

    constructor(
        sensors: Sensor[],
        private readonly inputs: Inputs,
        private readonly recorder: Recorder
    ) {
        for (let channel = 0; channel < sensors.length; channel++)
            this.add(sensors[channel], channel)
    }

    /** Runs for ever. */
    async run(): Promise<void> {
        // locals, since this loop runs a hundred times a second and every field costs a search
        const groups = this.groups
        const recorder = this.recorder
        const inputs = this.inputs
        let beatMs = 0
        for (const group of groups) group.nextMs = ds.millis()
        while (true) {
            const nowMs = ds.millis()
            let dueMs = nowMs + BEAT_MS
            for (const group of groups) {
                let nextMs = group.nextMs
                if (nextMs <= nowMs) {
                    nextMs = sampleGroup(group, nextMs, nowMs, recorder)
                    group.nextMs = nextMs
                }
                if (nextMs < dueMs) dueMs = nextMs
            }
            if (nowMs >= beatMs) beatMs = beat(nowMs, inputs)
            if (nowMs >= recorder.slotEndMs) recorder.endSlots(nowMs)
            await ds.sleep(dueMs - nowMs)
        }
    }

    private add(sensor: Sensor, channel: number): void {
        const periodMs = sensor.periodMs
        let group = this.groups.find(g => g.periodMs === periodMs)
        if (!group) {
            group = { nextMs: 0, periodMs, samples: [], channels: [] }
            this.groups.push(group)
        }
        group.samples.push(sensor.sample)
        group.channels.push(channel)
    }
}

/**
 * Takes one sample of each sensor, returns when the next is due. What came late is marked, not made
 * up: a level read twice at one instant would be no second opinion. A sensor that throws is left out.
 */
function sampleGroup(group: Group, dueMs: number, nowMs: number, recorder: Recorder): number {
    const periodMs = group.periodMs
    try {
        sampleAll(group, nowMs, recorder)
    } catch (e) {
        // the sensors behind it in the group miss this one sample
        leaveOut(group, `${e}`, recorder)
    }
    const nextMs = dueMs + periodMs
    if (nextMs > nowMs) return nextMs
    recorder.addLateTick()
    return nextMs + Math.floor((nowMs - nextMs) / periodMs + 1) * periodMs
}

function sampleAll(group: Group, nowMs: number, recorder: Recorder): void {
    const samples = group.samples
    for (let i = 0; i < samples.length; i++) {
        busyIndex = i
        const pulses = samples[i](nowMs)
        if (pulses) for (const pulseMs of pulses) recorder.addPulse(group.channels[i], pulseMs)
    }
}

function leaveOut(group: Group, reason: string, recorder: Recorder): void {
    const channel = group.channels[busyIndex]
    console.log(`channel ${channel} failed and is left out: ${reason}`)
    recorder.fail(channel)
    group.samples.insert(busyIndex, -1)
    group.channels.insert(busyIndex, -1)
}

function beat(nowMs: number, inputs: Inputs): number {
    const isOn = nowMs % BEAT_MS < BEAT_MS / 10
    inputs.beat(isOn)
    return nowMs + BEAT_MS / 10
}
