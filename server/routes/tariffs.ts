import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod"
import { z } from "zod"
import type { Deps } from "../deps.js"
import { AppError } from "../errors.js"
import type { ChannelType, Store } from "../store/store.js"
import { BASE } from "../tariffs/price-spans.js"
import {
    CHARGE_SPANS,
    DAY_KINDS,
    PRICED_UNITS,
    type PricedUnit,
    type Tariff,
} from "../tariffs/tariff.js"
import { channelType, direction, displayName, errorReply, idParam, wholeNumber } from "./schemas.js"

const MOST_VERSIONS = 100
const MOST_PERIODS = 20
const MOST_HOLIDAYS = 500
const MAX_PRICE = 1_000_000

export const localDate = z
    .string("must be text")
    .regex(/^\d{4}-\d{2}-\d{2}$/, "must be a date such as 2026-02-01")
    .refine(isDate, "must be a date of the calendar")
    .describe("Local date, YYYY-MM-DD")

const price = z
    .number("must be a number")
    .min(-MAX_PRICE, `must be at least ${-MAX_PRICE}`)
    .max(MAX_PRICE, `must be at most ${MAX_PRICE}`)

const time = z
    .string("must be text")
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time such as 22:30")

const period = z
    .strictObject({
        name: displayName.refine(name => name !== BASE, `must not be ${BASE}`),
        from: time,
        to: z
            .string("must be text")
            .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, "must be a time such as 06:30, or 24:00")
            .describe("At or before `from` it is of the next day"),
        price,
        days: z
            .array(z.enum(DAY_KINDS, `must be one of ${DAY_KINDS.join(", ")}`))
            .min(1, "must name at least one day")
            .max(DAY_KINDS.length, `must name at most ${DAY_KINDS.length} days`)
            .optional()
            .describe("All by default; a holiday is no day of the week"),
    })
    .refine(({ from, to }) => from !== to, { path: ["to"], message: "must differ from `from`" })

const version = z.strictObject({
    validFrom: localDate,
    basePrice: price.describe("Paid at all times that are in no period"),
    standingCharge: z
        .strictObject({
            amount: price,
            per: z.enum(CHARGE_SPANS, `must be one of ${CHARGE_SPANS.join(", ")}`),
        })
        .optional(),
    periods: z
        .array(period)
        .max(MOST_PERIODS, `must be at most ${MOST_PERIODS}`)
        .default([])
        .describe("The first that a time is in counts"),
})

const body = z.strictObject({
    name: displayName,
    type: channelType,
    direction: direction
        .default("in")
        .describe("in is paid for what is drawn, out is paid out for what is delivered"),
    currency: z
        .string("must be text")
        .regex(/^[A-Z]{3}$/, "must be three capital letters, such as EUR"),
    unit: z.enum(PRICED_UNITS, `must be one of ${PRICED_UNITS.join(", ")}`),
    holidays: z.array(localDate).max(MOST_HOLIDAYS, `must be at most ${MOST_HOLIDAYS}`).default([]),
    versions: z
        .array(version)
        .min(1, "must hold at least one version")
        .max(MOST_VERSIONS, `must be at most ${MOST_VERSIONS}`)
        .describe("Each counts from its date to the next version's"),
})

const reply = body.extend({ id: z.number(), homeId: z.number() })

const tariffParams = z.object({
    id: wholeNumber(1, Number.MAX_SAFE_INTEGER),
    tariffId: wholeNumber(1, Number.MAX_SAFE_INTEGER),
})

/** What a home pays. Costs are worked out anew each time, so that a change counts for all of the past. */
export function tariffRoutes({ store }: Deps): FastifyPluginAsyncZod {
    return async scope => {
        scope.get(
            "/homes/:id/tariffs",
            {
                config: { needs: ["home", "viewer"] },
                schema: {
                    params: idParam,
                    response: { 200: z.object({ tariffs: z.array(reply) }), "4xx": errorReply },
                },
            },
            async request => ({ tariffs: store.tariffs(request.params.id) })
        )

        scope.post(
            "/homes/:id/tariffs",
            {
                config: { needs: ["home", "editor"] },
                schema: { params: idParam, body, response: { 201: reply, "4xx": errorReply } },
            },
            async (request, answer) => {
                const tariff = { ...checked(request.body), homeId: request.params.id }
                answer.code(201)
                return store.addTariff(tariff)
            }
        )

        scope.put(
            "/homes/:id/tariffs/:tariffId",
            {
                config: { needs: ["home", "editor"] },
                schema: { params: tariffParams, body, response: { 200: reply, "4xx": errorReply } },
            },
            async request => {
                const { id: homeId, tariffId: id } = request.params
                tariffOf(store, homeId, id)
                const tariff = { ...checked(request.body), homeId, id }
                store.saveTariff(tariff)
                return tariff
            }
        )

        scope.delete(
            "/homes/:id/tariffs/:tariffId",
            {
                config: { needs: ["home", "editor"] },
                schema: {
                    params: tariffParams,
                    response: { 204: z.undefined(), "4xx": errorReply },
                },
            },
            async (request, answer) => {
                const { id: homeId, tariffId } = request.params
                store.removeTariff(tariffOf(store, homeId, tariffId).id)
                return answer.code(204).send()
            }
        )
    }
}

/** Throws AppError `not_found`. */
export function tariffOf(store: Store, homeId: number, id: number): Tariff {
    const tariff = store.tariffs(homeId).find(one => one.id === id)
    if (!tariff) throw new AppError("not_found", `There is no tariff ${id}.`)
    return tariff
}

const UNITS_OF: Record<ChannelType, PricedUnit[]> = {
    electricity: ["kWh"],
    heat: ["kWh"],
    gas: ["kWh", "m3"],
    water: ["m3"],
}

/** Throws AppError `bad_request` for what each field alone does not show. */
function checked(tariff: z.output<typeof body>): z.output<typeof body> {
    const units = UNITS_OF[tariff.type]
    if (!units.includes(tariff.unit))
        throw new AppError(
            "bad_request",
            `unit: ${tariff.type} is priced by ${units.join(" or ")}, not by ${tariff.unit}`
        )
    for (const [at, { validFrom }] of tariff.versions.slice(1).entries())
        if (validFrom <= tariff.versions[at].validFrom)
            throw new AppError(
                "bad_request",
                `versions.${at + 1}.validFrom: must be after ${tariff.versions[at].validFrom}`
            )
    return tariff
}

function isDate(text: string): boolean {
    const ms = Date.parse(`${text}T00:00:00Z`)
    return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text)
}
