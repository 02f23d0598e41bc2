import * as ds from "@devicescript/core"
import type { MeteringChips } from "./metering-chips.js"
import { ChannelLog } from "./outbox/channel-log.js"
import { MainsLog } from "./outbox/mains-log.js"
import type { Recorder } from "./outbox/recorder.js"
import type { SlotLog } from "./outbox/slot-log.js"
import { type Sampler, TICK_MS } from "./sampler.js"
import type { Burst } from "./sensors/burst.js"
import type { ChipBus } from "./sensors/chip-bus.js"
import { discSensor } from "./sensors/disc.js"
import { FULL_SCALE_MV, type Inputs } from "./sensors/inputs.js"
import { LevelTap } from "./sensors/level-tap.js"
import { lightSensor } from "./sensors/light.js"
import { magnetSensor } from "./sensors/magnet.js"
import type { MainsMeter, mainsMeter } from "./sensors/mains.js"
import { pulseSensor } from "./sensors/pulse.js"
import { brokenSensor, type Sensor } from "./sensors/sensor.js"
import {
    CHANNEL_KINDS,
    type Channel,
    isClampKind,
    KIND_DISC,
    KIND_LIGHT,
    KIND_MAGNET,
    KIND_MAINS,
} from "./wire/channels.js"
import type { Live, LiveMains } from "./wire/live.js"
import type { Settings } from "./wire/settings.js"
import { heapBytes, OUTBOX_BYTES } from "./wire/settings-heap.js"
import { encodeWaveform } from "./wire/waveform.js"

/** What a board's program measures power with. Not all parts fit into one program. */
export interface PowerParts {
    /** On clamps at the board's own pins. */
    mains?: typeof mainsMeter
    /** On metering chips. */
    chips?: (bus: ChipBus | undefined, recorder: Recorder) => MeteringChips
}

/** The channels at work: makes their sensors and logs, and changes them without a restart. */
export class MeterChannels {
    /** Kind of each channel, in order. */
    kinds: number[] = []
    private sensors: Sensor[] = []
    private mains: MainsMeter | undefined = undefined
    private readonly chips: MeteringChips | undefined = undefined

    constructor(
        private readonly parts: PowerParts,
        private readonly inputs: Inputs,
        private readonly recorder: Recorder,
        private readonly sampler: Sampler
    ) {
        if (parts.chips) this.chips = parts.chips(inputs.chipBus(), recorder)
    }

    /**
     * Ends what is measured now. To be called before other settings are even read: the heap has no room
     * for two sets of channels.
     */
    release(): void {
        this.recorder.end(ds.millis())
        this.sampler.use([], undefined)
        this.chips?.use([])
        this.mains = undefined
        this.sensors = []
    }

    /** From now on these are measured, under a new boot id. */
    use({ channels, flashMinutes }: Settings, bootId: number): void {
        const sensors: Sensor[] = []
        for (let i = 0; i < channels.length; i++) {
            const channel = channels[i]
            if (!channel.isEnabled) continue
            if (isClampKind(channel.kind)) this.checkPart(i, channel.kind)
            else sensors.push(makeSensor(i, channel, this.inputs))
        }
        const { parts, inputs, recorder } = this
        if (parts.mains)
            this.mains = parts.mains(
                channels,
                inputs,
                sensors,
                recorder.addEvent,
                this.keepWaveform
            )
        this.chips?.use(channels)
        const logs: SlotLog[] = []
        for (const sensor of sensors)
            logs.push(new ChannelLog(sensor.channel, bootId, sensor.detector))
        for (const circuit of this.mains?.circuits ?? [])
            logs.push(new MainsLog(circuit.channel, bootId, circuit.measure))
        for (const circuit of this.chips?.circuits() ?? [])
            logs.push(new MainsLog(circuit.channel, bootId, circuit))
        this.kinds = channels.map(channel => channel.kind)
        this.sensors = sensors
        const outboxBytes = OUTBOX_BYTES - heapBytes(channels)
        this.recorder.journal.intervalMs = flashMinutes * 60_000
        this.recorder.begin(bootId, logs, ds.millis(), outboxBytes)
        this.sampler.use(sensors, this.mains)
    }

    /** Sends a snapshot of a mains channel's next burst. */
    wantWaveform(channel: number): void {
        this.mains?.wantWaveform(channel, 0)
    }

    /** For so long, keeps what the channel's pin shows; 0 ends that. */
    watchLevel(channel: number, seconds: number): void {
        this.sampler.tap = undefined
        if (seconds === 0) return
        const isIt = (each: { channel: number }) => each.channel === channel
        const sensor = this.sensors.find(isIt)
        const circuit = this.mains?.circuits.find(isIt)
        const read = circuit ? this.inputs.millivoltReader(circuit.currentPin) : sensor?.read
        if (!read) return
        const scale = !sensor || sensor.isAnalog ? 1 : FULL_SCALE_MV
        const untilMs = ds.millis() + seconds * 1000
        // a method taken as a value stays bound to its object in DeviceScript
        const signalOf = sensor ? sensor.detector.signal : undefined
        this.sampler.tap = new LevelTap(channel, read, scale, TICK_MS, untilMs, signalOf)
    }

    /** What the watched pin showed since the last call. */
    takeLevel(): Buffer | undefined {
        const tap = this.sampler.tap
        if (!tap) return undefined
        if (ds.millis() > tap.untilMs) this.sampler.tap = undefined
        return tap.take()
    }

    /** What every channel does now. */
    live(uptimeMs: number): Live {
        const { bootId } = this.recorder
        const channels = this.recorder.liveCounts(uptimeMs)
        const mains: LiveMains[] = []
        for (const circuit of this.mains?.circuits ?? [])
            mains.push(liveOf(circuit.channel, circuit.measure))
        for (const circuit of this.chips?.circuits() ?? [])
            mains.push(liveOf(circuit.channel, circuit))
        return { bootId, uptimeMs, channels, mains }
    }

    /** A channel that this program cannot measure is told, and the others go on. */
    private checkPart(channel: number, kind: number): void {
        const part = kind === KIND_MAINS ? this.parts.mains : this.parts.chips
        if (part) return
        const reason = `this board's program has no ${CHANNEL_KINDS[kind]} channels`
        console.log(`channel ${channel} failed and is left out: ${reason}`)
    }

    private keepWaveform(channel: number, cause: number, burst: Burst): void {
        const { bootId, startMs, isUptime } = this.recorder.headAt(burst.startMs)
        const sampleNs = Math.floor(burst.sampleMs * 1000000)
        const info = { bootId, startMs, isUptime, channel, cause, sampleNs }
        const voltage = burst.voltagePin > 0 ? burst.voltage : undefined
        for (const piece of encodeWaveform(info, voltage, burst.current, burst.samples))
            this.recorder.outbox.add(piece)
    }
}

interface Measured {
    lastPowerDw: number
    lastCurrentMa: number
    lastVoltageCv: number
}

function liveOf(channel: number, measured: Measured): LiveMains {
    return {
        channel,
        powerDw: measured.lastPowerDw,
        currentMa: measured.lastCurrentMa,
        voltageCv: measured.lastVoltageCv,
    }
}

/** One whose pin the board does not have is reported as failed, and the others go on. */
function makeSensor(number: number, channel: Channel, inputs: Inputs): Sensor {
    try {
        switch (channel.kind) {
            case KIND_LIGHT:
                return lightSensor(number, channel, inputs)
            case KIND_DISC:
                return discSensor(number, channel, inputs)
            case KIND_MAGNET:
                return magnetSensor(number, channel, inputs)
            default:
                return pulseSensor(number, channel, inputs)
        }
    } catch (e) {
        return brokenSensor(number, `${e}`)
    }
}
