import { resolve } from "node:path"
import type { Random } from "../random.js"
import { AdcSource } from "./adc.js"
import { BlinkikiSource } from "./blinkiki.js"
import { DigitalSource } from "./digital.js"
import { DiscSource } from "./disc.js"
import { EventTimes, type PulseStream } from "./event-times.js"
import { LightSource } from "./light.js"
import { loadPulses } from "./load.js"
import { MagnetSource, ReedSource } from "./magnet.js"
import { type PulsePatternSpec, patternPulses } from "./pattern.js"
import { recordedPulses } from "./pulses.js"
import {
    discSchema,
    type LoadSpec,
    lightSchema,
    magnetSchema,
    type PulsesSpec,
    pulseSchema,
    type SourceSpec,
} from "./source-schema.js"
import { type Table, Tables } from "./table.js"
import type { Rest } from "./turns.js"

/** What a pin sees, and the truth about it. */
export interface Source {
    /**
     * Analog: 0 to 1 of the ADC's full scale (3,300 mV). Digital: 0 or 1. `atMs` since the scenario's
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

export type ChannelKind = "light" | "pulse" | "disc" | "magnet"

export interface SourceOptions {
    kind: ChannelKind
    /** A magnet channel on a digital pin: reed contact or Hall switch. */
    digital?: boolean
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
    const mismatch = kindMismatch(spec, kind, options.digital)
    if (mismatch) throw new Error(`${label}.${mismatch}.`)
    const context: OpenContext = { durationMs, random, startUnixMs, label, openTable }
    if (spec.type === "adc") return new AdcSource(spec, context)
    if (spec.type === "pattern" && spec.model === "blinkiki") return new BlinkikiSource(context)
    const stream = pulsesOf(spec, context)
    if (kind === "light") return openLight(spec, stream, options)
    if (kind === "disc") return openDisc(spec, stream, options)
    if (kind === "magnet" && !options.digital) return openMagnet(spec, stream, options)
    return openDigital(spec, stream, options)
}

const LOOKS = ["light", "pulse", "disc", "magnet"] as const

/** The field and reason when a source cannot feed a channel of that kind. */
export function kindMismatch(
    spec: SourceSpec,
    kind: ChannelKind,
    isDigital = false
): string | undefined {
    const look = kind === "magnet" && isDigital ? "pulse" : kind
    if (spec.type === "adc")
        return look === "pulse" ? 'type "adc" needs an analog channel' : undefined
    if (spec.type === "pattern" && spec.model === "blinkiki")
        return kind === "light" ? undefined : 'model "blinkiki" needs a channel of kind "light"'
    if (spec.type === "pattern" && spec.model === "rest" && kind === "light")
        return 'model "rest" needs a channel of kind "pulse", "disc" or "magnet"'
    const wrong = LOOKS.find(name => name !== look && spec[name] !== undefined)
    if (wrong === undefined) return undefined
    const isReed = kind === "magnet" && isDigital && wrong === "magnet"
    return isReed ? "magnet needs an analog channel" : `${wrong} needs a channel of kind "${wrong}"`
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

function openDisc(spec: PulseSpec, stream: PulseStream, options: SourceOptions): Source {
    const look = spec.disc ?? discSchema.parse({})
    const limits = { spacingMs: look.fastestTurnMs, durationMs: options.durationMs }
    const marks = new EventTimes(stream, limits)
    return new DiscSource(marks, look, options.random.fork("disc"), restOf(spec))
}

function openMagnet(spec: PulseSpec, stream: PulseStream, options: SourceOptions): Source {
    const look = spec.magnet ?? magnetSchema.parse({})
    const limits = { spacingMs: look.fastestTurnMs, durationMs: options.durationMs }
    const pulses = new EventTimes(stream, limits)
    return new MagnetSource(pulses, look, options.random.fork("magnet"), restOf(spec))
}

function openDigital(spec: PulseSpec, stream: PulseStream, options: SourceOptions): Source {
    const look = { ...(spec.pulse ?? pulseSchema.parse({})) }
    const rest = restOf(spec)
    if (rest) {
        const limits = { spacingMs: rest.turnMs, durationMs: options.durationMs }
        return new ReedSource(new EventTimes(stream, limits), look.activeHigh ? 1 : 0, rest)
    }
    if (spec.type === "pattern" && spec.model === "train") {
        look.pulseMs = spec.onMs
        look.gapMs = spec.offMs
    }
    const spacingMs = look.pulseMs + look.gapMs
    const pulses = new EventTimes(stream, { spacingMs, durationMs: options.durationMs })
    return new DigitalSource(pulses, look, options.random.fork("pulse"))
}

function restOf(spec: PulseSpec): Rest | undefined {
    return spec.type === "pattern" && spec.model === "rest" ? spec : undefined
}
