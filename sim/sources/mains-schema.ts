import { z } from "zod"

const aboveZero = z.number().positive()
const percent = z.number().min(0).max(200)

/** A wave of a whole multiple of the mains frequency; the angle is its own, at a crossing of the fundamental. */
const harmonic = z.strictObject({
    order: z.int().min(2).max(40),
    percent: z.number().min(0).max(100),
    angleDeg: z.number().min(-360).max(360).default(0),
})

const event = z.strictObject({
    atS: z.number().min(0),
    durationMs: aboveZero,
    toPercent: percent,
})

const randomEvents = z
    .strictObject({
        perHour: aboveZero.max(3600),
        shortestMs: aboveZero.default(20),
        longestMs: aboveZero.default(1000),
        toPercent: z.array(percent).min(1).default([0, 40, 70]),
    })
    .refine(events => events.shortestMs <= events.longestMs, {
        path: ["shortestMs"],
        message: "must not be above longestMs",
    })

/** Voltage of one phase. */
const voltageSchema = z.strictObject({
    voltageV: aboveZero.max(400).default(230),
    frequencyHz: z.number().min(40).max(80).default(50),
    driftHz: z.number().min(0).max(20).default(0),
    driftPeriodS: aboveZero.default(600),
    angleDeg: z.number().min(-360).max(360).default(0),
    harmonics: z.array(harmonic).max(20).default([]),
    events: z.array(event).default([]),
    randomEvents: randomEvents.optional(),
})

const step = z.strictObject({ atS: z.number().min(0), powerW: z.number() })

const inrush = z.strictObject({
    factor: z.number().min(1).max(50),
    decayMs: aboveZero.max(60_000),
})

/** Recorded power of a load; each row holds until the next. */
const loadSchema = z.strictObject({
    file: z.string().min(1),
    timeColumn: z.string().min(1),
    timeUnit: z.enum(["s", "ms", "text"]).default("s"),
    valueColumn: z.string().min(1),
    valueUnit: z.enum(["W", "kW"]).default("W"),
    from: z.union([z.number(), z.string()]).optional(),
    to: z.union([z.number(), z.string()]).optional(),
    repeat: z.boolean().default(false),
})

/** Current of one circuit. */
const currentSchema = z
    .strictObject({
        powerW: z.number().min(-125_000).max(125_000).optional(),
        currentA: z.number().min(0).max(500).optional(),
        powerFactor: z.number().min(0).max(1).default(1),
        isAhead: z.boolean().default(false),
        harmonics: z.array(harmonic).max(20).default([]),
        isHalfWave: z.boolean().default(false),
        inrush: inrush.optional(),
        steps: z.array(step).optional(),
        load: loadSchema.optional(),
    })
    .superRefine((spec, context) => {
        const ways = [spec.powerW, spec.currentA, spec.steps, spec.load]
        const given = ways.filter(way => way !== undefined).length
        if (given !== 1)
            context.addIssue({
                code: "custom",
                message: "takes one of powerW, currentA, steps and load",
            })
        if (spec.currentA === undefined && spec.powerFactor === 0)
            context.addIssue({
                code: "custom",
                path: ["powerFactor"],
                message: "must be above 0 where power is given",
            })
        const late = spec.steps?.findIndex((one, i, all) => i > 0 && one.atS <= all[i - 1].atS)
        if (late !== undefined && late > 0)
            context.addIssue({
                code: "custom",
                path: ["steps", late, "atS"],
                message: "must be after the step before it",
            })
    })

/** Voltage and current of an appliance, looped over a whole number of cycles. */
const recordingSchema = z
    .strictObject({
        file: z.string().min(1),
        timeColumn: z.string().min(1),
        voltageColumn: z.string().min(1),
        currentColumn: z.string().min(1),
        fromS: z.number().min(0),
        toS: aboveZero,
    })
    .refine(spec => spec.fromS < spec.toS, { path: ["toS"], message: "must be above fromS" })

const clampSchema = z
    .strictObject({
        leadUs: z.number().min(-2000).max(2000).optional(),
        leadDeg: z.number().min(-45).max(45).optional(),
        isReversed: z.boolean().default(false),
    })
    .refine(clamp => clamp.leadUs === undefined || clamp.leadDeg === undefined, {
        message: "takes either leadUs or leadDeg",
    })

/** What the pins of a mains channel see; see docs/simulator.md. */
export const mainsSchema = z
    .strictObject({
        type: z.literal("mains"),
        voltage: voltageSchema.prefault({}),
        current: currentSchema.optional(),
        recording: recordingSchema.optional(),
        clamp: clampSchema.prefault({}),
    })
    .refine(spec => (spec.current === undefined) !== (spec.recording === undefined), {
        message: "takes either current or recording",
    })

export type MainsSpec = z.output<typeof mainsSchema>
export type VoltageSpec = z.output<typeof voltageSchema>
export type CurrentSpec = z.output<typeof currentSchema>
export type MainsRecordingSpec = z.output<typeof recordingSchema>
export type HarmonicSpec = z.output<typeof harmonic>
