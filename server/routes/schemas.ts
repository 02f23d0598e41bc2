import { z } from "zod"
import { MAX_NAME_LENGTH } from "../../src/wire/limits.js"
import { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from "../auth/passwords.js"
import { CHANNEL_TYPES, DIRECTIONS } from "../store/store.js"

/** Latest time that JavaScript's dates can hold, Unix ms. */
const MAX_UNIX_MS = 8.64e15

export const errorReply = z.object({ error: z.object({ code: z.string(), message: z.string() }) })

export const deviceId = z
    .string()
    .regex(/^[0-9a-f]{16}$/, "must be 16 lowercase hex digits")
    .describe("16 lowercase hex digits")

/** What somebody signs in as. */
export const userName = z
    .string("must be text")
    .regex(
        /^[A-Za-z0-9][A-Za-z0-9._@-]{0,59}$/,
        "must be up to 60 letters, digits and . _ @ -, the first a letter or digit"
    )

export const password = z.string("must be text").max(MAX_PASSWORD_LENGTH, "is too long")
export const newPassword = password.min(
    MIN_PASSWORD_LENGTH,
    `must be at least ${MIN_PASSWORD_LENGTH} characters`
)

/** What a device is called. */
export const displayName = z
    .string("must be text")
    .trim()
    .min(1, "must not be empty")
    .max(60, "must be at most 60 characters")

/** What a channel or a sensor is called. */
export const shortName = z
    .string("must be text")
    .trim()
    .min(1, "must not be empty")
    .max(MAX_NAME_LENGTH, `must be at most ${MAX_NAME_LENGTH} characters`)

export const channelType = z.enum(CHANNEL_TYPES, `must be one of ${CHANNEL_TYPES.join(", ")}`)

export const direction = z.enum(DIRECTIONS, `must be one of ${DIRECTIONS.join(", ")}`)

export const perPulse = z
    .number("must be a number")
    .min(0.001, "must be at least 0.001")
    .max(65535.999, "must be at most 65535.999")
    .describe("Wh per pulse, or litres for gas and water")

/** A whole number in a path or query. */
export function wholeNumber(min: number, max: number) {
    const problem = `must be a whole number from ${min} to ${max}`
    return z
        .string()
        .regex(/^\d{1,16}$/, problem)
        .transform(Number)
        .pipe(z.number().min(min, problem).max(max, problem))
}

export const unixMs = wholeNumber(0, MAX_UNIX_MS)

export const idParam = z.object({ id: wholeNumber(1, Number.MAX_SAFE_INTEGER) })

export const channelReply = z.object({
    id: z.number(),
    deviceId: z.string(),
    number: z.number().describe("Index among the device's channels, from 0"),
    name: z.string(),
    kind: z.string(),
    type: channelType,
    perPulse: z.number().describe("Wh per pulse, or litres; a mains channel counts 0.0001 Wh"),
    direction,
    firstSlotMs: z.number().nullable().describe("Start of the oldest stored slot, Unix ms"),
    lastSlotEndMs: z.number().nullable().describe("End of the newest stored slot, Unix ms"),
})
