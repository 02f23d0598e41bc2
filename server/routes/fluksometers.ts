import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod"
import { z } from "zod"
import { requireHolder } from "../auth/guard.js"
import type { RouteDeps } from "../deps.js"
import { displayName, errorReply, idParam, shortName } from "./schemas.js"

/** The terminals on a Fluksometer's case. */
const PORTS = 6

const fluksoId = z
    .string("must be text")
    .regex(/^[0-9a-f]{32}$/, "must be 32 lowercase hex digits")
    .describe("32 lowercase hex digits, as in the device's own settings")
const newFluksometer = z.strictObject({
    name: displayName,
    fluksoId,
    key: fluksoId,
    serial: z
        .string("must be text")
        .regex(/^FL\d{8}$/, "must be FL and eight digits")
        .optional()
        .describe("As on its case"),
    sensors: z
        .array(
            z.strictObject({
                id: fluksoId,
                port: z.int().min(1, "must be at least 1").max(PORTS, `must be at most ${PORTS}`),
                name: shortName,
                type: z.enum(["electricity", "water", "gas"]),
            })
        )
        .min(1, "must name at least one")
        .max(PORTS, `must be at most ${PORTS}`)
        .refine(hasNoRepeats, "must differ in id, port and name"),
})
const price = z
    .number("must be a number")
    .min(0, "must be at least 0")
    .max(100, "must be at most 100")
const prices = z.strictObject({
    eurPerKwh: price.describe("What eurperyear is reckoned with; 0.18 by default"),
    audPerKwh: price.describe("The same for audperyear; 0.19 by default"),
})
const fluksoReply = prices.extend({
    uid: z.number().nullable().describe("Your number in /user/:uid/sensor and /user/:uid/device"),
})

/** Fluksometers by their own ids and keys, and what their clients ask for beside them. */
export function fluksometerRoutes({ store, access }: RouteDeps): FastifyPluginAsyncZod {
    return async scope => {
        scope.post(
            "/homes/:id/fluksometers",
            {
                config: { needs: ["home", "editor"] },
                schema: {
                    description: "Lets a Fluksometer in, whose key signs what it sends.",
                    params: idParam,
                    body: newFluksometer,
                    response: { 201: z.object({ id: z.string() }), "4xx": errorReply },
                },
            },
            async (request, reply) => {
                const { serial, sensors, ...device } = request.body
                const id = store.addFluksometer({
                    ...device,
                    homeId: request.params.id,
                    number: serial === undefined ? null : Number(serial.slice(2)),
                    sensors: sensors.map(({ id: publicId, ...sensor }) => ({
                        publicId,
                        ...sensor,
                    })),
                })
                reply.code(201)
                return { id }
            }
        )

        scope.get(
            "/homes/:id/flukso",
            {
                config: { needs: ["home", "viewer"] },
                schema: { params: idParam, response: { 200: fluksoReply, "4xx": errorReply } },
            },
            async request => {
                const user = access.userOf(requireHolder(request))
                const uid = user === undefined ? null : (store.fluksoUid(user) ?? null)
                return { ...store.fluksoPrices(request.params.id), uid }
            }
        )

        scope.put(
            "/homes/:id/flukso",
            {
                config: { needs: ["home", "editor"] },
                schema: {
                    params: idParam,
                    body: prices,
                    response: { 200: prices, "4xx": errorReply },
                },
            },
            async request => {
                store.saveFluksoPrices(request.params.id, request.body)
                return request.body
            }
        )
    }
}

function hasNoRepeats(sensors: { id: string; port: number; name: string }[]): boolean {
    const kinds = [sensors.map(one => one.id), sensors.map(one => one.port), sensors.map(nameOf)]
    return kinds.every(values => new Set<string | number>(values).size === sensors.length)
}

function nameOf({ name }: { name: string }): string {
    return name
}
