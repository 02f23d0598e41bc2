import { z } from "zod"
import { parseUtcText } from "./utc-text.js"

const aboveZero = z.number().positive()
const column = z.string().min(1)
const timeUnit = z.enum(["s", "ms", "text"])
const millivolts = z.number().min(0).max(3300)

export const lightSchema = z.strictObject({
    flashMs: aboveZero.max(1000).default(40),
    gapMs: aboveZero.max(10_000).default(60),
    baseMv: millivolts.default(120),
    flashMv: millivolts.default(900),
    daylightMv: millivolts.default(250),
    flickerMv: millivolts.default(0),
    noiseMv: z.number().min(0).max(1000).default(8),
})

export const pulseSchema = z
    .strictObject({
        pulseMs: aboveZero.max(10_000).default(30),
        gapMs: aboveZero.max(10_000).default(30),
        bounceMs: z.number().min(0).max(100).default(0),
        activeHigh: z.boolean().default(false),
    })
    .refine(pulse => pulse.bounceMs < Math.min(pulse.pulseMs, pulse.gapMs), {
        path: ["bounceMs"],
        message: "must be below pulseMs and gapMs, or a pulse would never settle",
    })

export const discSchema = z.strictObject({
    baseMv: millivolts.default(1800),
    markMv: z.number().min(-3300).max(3300).default(-400),
    markShare: z.number().min(0.005).max(0.5).default(0.05),
    fastestTurnMs: aboveZero.max(3_600_000).default(500),
    glitterMv: millivolts.default(0),
    noiseMv: z.number().min(0).max(1000).default(3),
    driftMv: millivolts.default(0),
})

export const magnetSchema = z.strictObject({
    offsetMv: millivolts.default(1650),
    swingMv: millivolts.default(600),
    fastestTurnMs: aboveZero.max(3_600_000).default(100),
    noiseMv: z.number().min(0).max(1000).default(3),
    driftMv: millivolts.default(0),
})

/** How pulses look on the pin, by the kind of channel; a digital magnet channel has contacts too. */
const look = {
    light: lightSchema.optional(),
    pulse: pulseSchema.optional(),
    disc: discSchema.optional(),
    magnet: magnetSchema.optional(),
}

const fileTime = z.union([z.number(), z.string()]).refine(isFileTime, {
    error: 'must be a number in the file\'s timeUnit, or a UTC time such as "2014-10-15 06:30:00"',
})

function isFileTime(value: number | string): boolean {
    return typeof value === "number" || parseUtcText(value) !== undefined
}

const selection = {
    from: fileTime.optional(),
    to: fileTime.optional(),
    startAt: fileTime.optional(),
    durationS: aboveZero.optional(),
    repeat: z.boolean().default(false),
}

const loadSchema = z
    .strictObject({
        type: z.literal("load"),
        file: z.string().min(1),
        timeColumn: column,
        timeUnit: timeUnit.default("s"),
        valueColumn: column,
        valueUnit: z.enum(["W", "kW", "l/min", "m3/h"]).default("W"),
        pulsesPerKwh: aboveZero.optional(),
        pulsesPerLitre: aboveZero.optional(),
        ...selection,
        ...look,
    })
    .superRefine((spec, context) => {
        const isPower = spec.valueUnit === "W" || spec.valueUnit === "kW"
        const wrong = isPower ? "pulsesPerLitre" : "pulsesPerKwh"
        if (spec[wrong] === undefined) return
        const message = `does not go with valueUnit "${spec.valueUnit}"`
        context.addIssue({ code: "custom", path: [wrong], message })
    })
    .superRefine(checkSelection)

const pulsesSchema = z
    .strictObject({
        type: z.literal("pulses"),
        file: z.string().min(1),
        timeColumn: column,
        timeUnit: timeUnit.default("s"),
        countColumn: column.optional(),
        ...selection,
        ...look,
    })
    .superRefine(checkSelection)

interface SelectionFields {
    from?: unknown
    to?: unknown
    startAt?: unknown
    durationS?: unknown
}

function checkSelection(spec: SelectionFields, context: z.RefinementCtx): void {
    const isRange = spec.from !== undefined || spec.to !== undefined
    if (!isRange || (spec.startAt === undefined && spec.durationS === undefined)) return
    const message = "takes either from and to, or startAt and durationS, not both"
    context.addIssue({ code: "custom", message })
}

const truthSchema = z
    .strictObject({
        counterColumn: column.optional(),
        counterStep: aboveZero.optional(),
        trueCount: z.int().min(0).optional(),
    })
    .refine(truth => (truth.counterColumn === undefined) !== (truth.trueCount === undefined), {
        message: "takes either counterColumn or trueCount",
    })
    .refine(truth => truth.trueCount === undefined || truth.counterStep === undefined, {
        path: ["counterStep"],
        message: "goes with counterColumn only",
    })

const adcSchema = z
    .strictObject({
        type: z.literal("adc"),
        file: z.string().min(1),
        column,
        rateHz: aboveZero.max(100_000).optional(),
        timeColumn: column.optional(),
        timeUnit: timeUnit.default("s"),
        fullScale: aboveZero,
        offset: z.number().default(0),
        inverted: z.boolean().default(false),
        repeat: z.boolean().default(false),
        truth: truthSchema.optional(),
    })
    .refine(spec => (spec.rateHz === undefined) !== (spec.timeColumn === undefined), {
        message: "takes either rateHz or timeColumn",
    })

const type = z.literal("pattern")
const pulsesPerKwh = aboveZero.default(1000)

const patternSchema = z.discriminatedUnion("model", [
    z.strictObject({
        type,
        model: z.literal("constant"),
        powerW: z.number().min(0).max(1_000_000),
        pulsesPerKwh,
        ...look,
    }),
    z.strictObject({
        type,
        model: z.literal("household"),
        baseW: z.number().min(0).max(10_000).default(120),
        pulsesPerKwh,
        ...look,
    }),
    z.strictObject({
        type,
        model: z.literal("water"),
        pulsesPerLitre: aboveZero.default(1),
        ...look,
    }),
    z
        .strictObject({
            type,
            model: z.literal("train"),
            onMs: aboveZero.max(1000),
            offMs: aboveZero.max(3_600_000),
            ...look,
        })
        .refine(spec => (spec.pulse?.bounceMs ?? 0) < Math.min(spec.onMs, spec.offMs), {
            path: ["pulse", "bounceMs"],
            message: "must be below onMs and offMs, or a pulse would never settle",
        }),
    z
        .strictObject({
            type,
            model: z.literal("random"),
            meanPerHour: aboveZero.max(100_000),
            minGapMs: z.number().min(0).default(0),
            ...look,
        })
        .refine(spec => spec.minGapMs < 3_600_000 / spec.meanPerHour, {
            path: ["minGapMs"],
            message: "must be below the mean gap, 3,600,000 ms divided by meanPerHour",
        }),
    z.strictObject({
        type,
        model: z.literal("turns"),
        everyMs: aboveZero.max(86_400_000),
        ...look,
    }),
    z.strictObject({
        type,
        model: z.literal("rest"),
        turnMs: aboveZero.max(3_600_000).default(1000),
        turns: z.int().min(1).max(100_000).default(10),
        restS: aboveZero.max(86_400).default(3600),
        trembleMs: aboveZero.max(10_000).default(20),
        trembleShare: z.number().min(0).max(0.1).default(0.02),
        ...look,
    }),
    z.strictObject({ type, model: z.literal("blinkiki") }),
])

/** What a channel's pin sees; see docs/simulator.md. */
export const sourceSchema = z.discriminatedUnion("type", [
    loadSchema,
    pulsesSchema,
    adcSchema,
    patternSchema,
])

export type SourceSpec = z.output<typeof sourceSchema>
export type LoadSpec = z.output<typeof loadSchema>
export type PulsesSpec = z.output<typeof pulsesSchema>
export type AdcSpec = z.output<typeof adcSchema>
export type PatternSpec = z.output<typeof patternSchema>
export type LightLook = z.output<typeof lightSchema>
export type PulseLook = z.output<typeof pulseSchema>
export type DiscLook = z.output<typeof discSchema>
export type MagnetLook = z.output<typeof magnetSchema>
