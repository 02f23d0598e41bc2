import { z } from "zod"
import { RESOLUTION_SECONDS } from "../../store/store.js"

export const PACKAGE_VERSION = 1
export const RELAYS = 10
const MAX_CHANNELS = 10
/** Readings of one channel in one package: an hour of 5 s. */
const MAX_READINGS = 720
export const SLOT_S = RESOLUTION_SECONDS.slot
const MAX_READING_S = 300
/** 2009: before it no OpenStrom device was, so a clock that says so is not set. */
const OLDEST_S = 1_230_768_000
/** 3000, so that no time overflows anything. */
const NEWEST_S = 32_503_680_000
const MAX_POWER_W = 100_000

/** Each quantity with its limits, in the order of the documents; the first four are required. */
export const QUANTITIES = [
    { name: "activePowerW", min: -MAX_POWER_W, max: MAX_POWER_W, isRequired: true },
    { name: "reactivePowerVar", min: -MAX_POWER_W, max: MAX_POWER_W, isRequired: true },
    { name: "voltageV", min: 0, max: 600, isRequired: true },
    { name: "currentA", min: 0, max: 1000, isRequired: true },
    { name: "apparentPowerVa", min: 0, max: 600_000, isRequired: false },
    { name: "powerFactor", min: -1, max: 1, isRequired: false },
    { name: "frequencyHz", min: 31, max: 95, isRequired: false },
    { name: "energyInWh", min: 0, max: 8400, isRequired: false },
    { name: "energyOutWh", min: 0, max: 8400, isRequired: false },
] as const

const amount = ({ min, max }: { min: number; max: number }) =>
    z
        .number("must be a number")
        .min(min, `must be at least ${min}`)
        .max(max, `must be at most ${max}`)

const wholeFrom = (min: number, max: number) => {
    const problem = `must be a whole number from ${min} to ${max}`
    return z.number(problem).int(problem).min(min, problem).max(max, problem)
}

const onSlots = (schema: z.ZodNumber) =>
    schema.multipleOf(SLOT_S, `must be a multiple of ${SLOT_S} s`)

const [p, q, v, i, s, pf, f, eIn, eOut] = QUANTITIES

const reading = z.strictObject({
    timeS: onSlots(wholeFrom(OLDEST_S, NEWEST_S)).describe("Start, Unix seconds"),
    seconds: onSlots(wholeFrom(SLOT_S, MAX_READING_S)).optional().describe("Length, 5 by default"),
    activePowerW: amount(p).describe("Mean; negative when delivered"),
    reactivePowerVar: amount(q).describe("Mean; positive when current is behind voltage"),
    voltageV: amount(v).describe("RMS"),
    currentA: amount(i).describe("RMS"),
    apparentPowerVa: amount(s).optional().describe("Mean"),
    powerFactor: amount(pf).optional().describe("activePowerW by apparentPowerVa"),
    frequencyHz: amount(f).optional().describe("Mean"),
    energyInWh: amount(eIn).optional().describe("Drawn within the reading"),
    energyOutWh: amount(eOut).optional().describe("Delivered within the reading"),
})

const relay = z.strictObject({
    number: wholeFrom(1, RELAYS).describe("K1 is 1"),
    isOn: z.boolean("must be true or false"),
})

const channel = z.strictObject({
    number: wholeFrom(1, MAX_CHANNELS).describe("Circuit"),
    readings: z.array(reading).max(MAX_READINGS, `must be at most ${MAX_READINGS}`),
})

export const serial = z
    .string("must be text")
    .regex(/^[A-Za-z0-9_-]{1,32}$/, "must be 1 to 32 of A-Z, a-z, 0-9, _ and -")
    .describe("Serial number")

/** What a device sends, in JSON; XML says the same in elements and attributes. */
export const packageSchema = z.strictObject({
    version: z.literal(PACKAGE_VERSION, `must be ${PACKAGE_VERSION}`),
    device: serial,
    channels: z.array(channel).max(MAX_CHANNELS, `must be at most ${MAX_CHANNELS}`),
    relays: z
        .array(relay)
        .max(RELAYS, `must be at most ${RELAYS}`)
        .optional()
        .describe("How the relays are"),
})

/** What the server answers. */
export const answerSchema = z.strictObject({
    version: z.literal(PACKAGE_VERSION),
    timeS: z.int().describe("The server's clock, Unix seconds"),
    stored: z.int().describe("Readings that are new"),
    known: z
        .int()
        .describe("Readings that were stored before, or whose detail may be deleted by now"),
    conflicting: z
        .int()
        .describe("Readings that say something else than what is stored, which is kept"),
    refused: z.int().describe("Readings dated more than a day ahead of the server's clock"),
    relays: z
        .array(relay)
        .describe("How the relays shall be; those that are not here stay as they are"),
})

export type Reading = z.infer<typeof reading>
export type OpenstromPackage = z.infer<typeof packageSchema>
export type OpenstromAnswer = z.infer<typeof answerSchema>
