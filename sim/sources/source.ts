import { resolve } from "node:path"
import type { Random } from "../random.js"
import { AdcSource } from "./adc.js"
import { BlinkikiSource } from "./blinkiki.js"
import { DigitalSource } from "./digital.js"
import { EventTimes, type PulseStream } from "./event-times.js"
import { LightSource } from "./light.js"
import { loadPulses } from "./load.js"
import { type PulsePatternSpec, patternPulses } from "./pattern.js"
import { recordedPulses } from "./pulses.js"
import {
    type LoadSpec,
    lightSchema,
    type PulsesSpec,
    pulseSchema,
    type SourceSpec,
} from "./source-schema.js"
import { type Table, Tables } from "./table.js"

/** What a pin sees, and the truth about it. */
export interface Source {
    /**
     * Light: 0 to 1 of the ADC's full scale (3,300 mV). Pulse: 0 or 1. `atMs` since the scenario's
     * start, never decreasing from call to call.
     */
    signalAt(atMs: number): number
    /** True pulses that begin in [fromMs, toMs); undefined when the recording does not tell. */
    countBetween(fromMs: number, toMs: number): number | undefined
    /** When the last event's signal is over; 0 without events, Infinity when there is always another. */
    readonly endMs: number
    /** What the user should know about the source, one sentence each. */
    readonly notes: string[]
}

export type ChannelKind = "light" | "pulse"

export interface SourceOptions {
    kind: ChannelKind
    /** Infinity for a run without an end. */
    durationMs: number
    /** Relative file names start here. */
    baseDir: string
    /** Of this channel alone. */
    random: Random
    startUnixMs: number
    /** How errors call the source, such as "devices[0].channels[1].source"; "source" by default. */
    label?: string
    /** Shared by the channels of a run, so that each file is read once. */
    tables?: Tables
}

/** What opening a source needs from outside its own settings. */
export interface OpenContext {
    durationMs: number
    random: Random
    startUnixMs: number
    label: string
    openTable(file: string): Table
}

/** Throws an Error with one sentence that names the setting or the file and row. */
export function openSource(spec: SourceSpec, options: SourceOptions): Source {
    const { kind, durationMs, baseDir, random, startUnixMs } = options
    const label = options.label ?? "source"
    const tables = options.tables ?? new Tables()
    const openTable = (file: string) => tables.open(resolve(baseDir, file))
    const mismatch = kindMismatch(spec, kind)
    if (mismatch) throw new Error(`${label}.${mismatch}.`)
    const context: OpenContext = { durationMs, random, startUnixMs, label, openTable }
    if (spec.type === "adc") return new AdcSource(spec, context)
    if (spec.type === "pattern" && spec.model === "blinkiki") return new BlinkikiSource(context)
    const stream = pulsesOf(spec, context)
    return kind === "light" ? openLight(spec, stream, options) : openDigital(spec, stream, options)
}

/** The field and reason when a source cannot feed a channel of that kind. */
export function kindMismatch(spec: SourceSpec, kind: ChannelKind): string | undefined {
    if (kind === "light") {
        return "pulse" in spec && spec.pulse ? 'pulse needs a channel of kind "pulse"' : undefined
    }
    if (spec.type === "adc") return 'type "adc" needs a channel of kind "light"'
    if (spec.type === "pattern" && spec.model === "blinkiki")
        return 'model "blinkiki" needs a channel of kind "light"'
    return spec.light ? 'light needs a channel of kind "light"' : undefined
}

type PulseSpec = LoadSpec | PulsesSpec | PulsePatternSpec

function pulsesOf(spec: PulseSpec, context: OpenContext): PulseStream {
    switch (spec.type) {
        case "load":
            return loadPulses(spec, context)
        case "pulses":
            return recordedPulses(spec, context)
        case "pattern":
            return patternPulses(spec, context)
    }
}

function openLight(spec: PulseSpec, stream: PulseStream, options: SourceOptions): Source {
    const look = { ...(spec.light ?? lightSchema.parse({})) }
    if (spec.type === "pattern" && spec.model === "train") {
        look.flashMs = spec.onMs
        look.gapMs = spec.offMs
    }
    const { durationMs, startUnixMs, random } = options
    const flashes = new EventTimes(stream, { spacingMs: look.flashMs + look.gapMs, durationMs })
    return new LightSource(flashes, look, startUnixMs, random.fork("light"))
}

function openDigital(spec: PulseSpec, stream: PulseStream, options: SourceOptions): Source {
    const look = { ...(spec.pulse ?? pulseSchema.parse({})) }
    if (spec.type === "pattern" && spec.model === "train") {
        look.pulseMs = spec.onMs
        look.gapMs = spec.offMs
    }
    const spacingMs = look.pulseMs + look.gapMs
    const pulses = new EventTimes(stream, { spacingMs, durationMs: options.durationMs })
    return new DigitalSource(pulses, look, options.random.fork("pulse"))
}
