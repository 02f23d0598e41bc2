import { z } from "zod"

const device = z.string().min(1).max(64)
const atS = z.number().min(0)
const durationS = z.number().positive()
/** 31 years either way: as far as a clock without a battery may be off. */
const MAX_STEP_S = 1e9

/** What may go wrong in a scenario. */
export const faultSchema = z.discriminatedUnion("type", [
    z.strictObject({ type: z.literal("link-loss"), device, atS, durationS }),
    z.strictObject({
        type: z.literal("latency"),
        device,
        atS,
        durationS,
        extraMs: z.number().positive().max(60_000),
    }),
    z.strictObject({
        type: z.literal("cut-frame"),
        device,
        atS,
        from: z.enum(["device", "server"]).default("device"),
    }),
    z.strictObject({ type: z.literal("power-cut"), device, atS, durationS }),
    z.strictObject({
        type: z.literal("brown-out"),
        device,
        atS,
        count: z.int().min(1).max(10_000),
        onS: z.number().positive(),
        offS: z.number().positive(),
    }),
    z.strictObject({ type: z.literal("restart"), device, atS }),
    z.strictObject({ type: z.literal("clone"), device, atS, durationS }),
    z.strictObject({
        type: z.literal("clock-step"),
        atS,
        stepS: z.number().min(-MAX_STEP_S).max(MAX_STEP_S),
    }),
])

export type ScenarioFault = z.output<typeof faultSchema>
