import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod"
import { z } from "zod"
import type { Deps } from "../deps.js"
import { AppError } from "../errors.js"
import { LOCAL_STEPS, MAX_LOCAL_STEPS } from "../local-steps.js"
import { sensorReaders } from "../sensor-columns.js"
import { gasValuesOf } from "../sensor-series.js"
import type { Sensor } from "../store/device-settings.js"
import type { Store } from "../store/store.js"
import { costOf } from "../tariffs/cost.js"
import { PRICED_UNITS, type Tariff } from "../tariffs/tariff.js"
import { errorReply, idParam, unixMs, wholeNumber } from "./schemas.js"
import { localStepsOf, sensorOf, timeZone, timeZoneOf } from "./sensor-series.js"
import { tariffOf } from "./tariffs.js"

const MAX_RANGE_MS = 0.9 * MAX_LOCAL_STEPS * 86_400_000

const query = z.strictObject({
    fromMs: unixMs,
    toMs: unixMs,
    tariffId: wholeNumber(1, Number.MAX_SAFE_INTEGER)
        .optional()
        .describe("By default the home's first of the sensor's type, for what is drawn"),
    resolution: z
        .enum(LOCAL_STEPS, `must be one of ${LOCAL_STEPS.join(", ")}`)
        .optional()
        .describe("One step, exactly the range, by default"),
    timeZone: timeZone.optional(),
})

const column = z.array(z.number())
const costReply = z.object({
    sensorId: z.number(),
    tariffId: z.number(),
    currency: z.string(),
    unit: z.enum(PRICED_UNITS),
    timeZone: z.string(),
    startMs: column.describe("Start of each step, Unix ms"),
    endMs: z.number().describe("End of the last step, Unix ms"),
    amounts: column.describe("What was counted, in the unit"),
    costs: column.describe("Of what was counted; nothing before the tariff's first version"),
    standingCharges: column,
    unpricedAmounts: column.describe("What was counted before the tariff's first version"),
    total: z.number().describe("All costs and standing charges"),
    periods: z
        .array(z.object({ name: z.string(), amount: z.number(), cost: z.number() }))
        .describe("All steps by the tariff's periods; base is outside of all"),
})

/** What a sensor's consumption cost. */
export function costRoutes({ store }: Deps): FastifyPluginAsyncZod {
    return async scope => {
        scope.get(
            "/sensors/:id/cost",
            {
                config: { needs: ["sensor", "viewer"] },
                schema: {
                    params: idParam,
                    querystring: query,
                    response: { 200: costReply, "4xx": errorReply },
                },
            },
            async request => {
                const sensor = sensorOf(store, request.params.id)
                const tariff = chooseTariff(store, sensor, request.query.tariffId)
                const { timeZone, edgesMs } = stepsOf(store, sensor, request.query)
                return { sensorId: sensor.id, ...costsOf(store, sensor, tariff, edgesMs, timeZone) }
            }
        )
    }
}

/** Throws AppError `not_found`, or `bad_request` for a tariff of something else. */
function chooseTariff(store: Store, sensor: Sensor, id: number | undefined): Tariff {
    const { homeId, type } = sensor
    if (id === undefined) {
        const first = store
            .tariffs(homeId)
            .find(tariff => tariff.type === type && tariff.direction === "in")
        if (first) return first
        throw new AppError("not_found", `There is no tariff for ${type} in this home.`)
    }
    const tariff = tariffOf(store, homeId, id)
    if (tariff.type !== type)
        throw new AppError(
            "bad_request",
            `tariffId: is for ${tariff.type}, the sensor counts ${type}`
        )
    return tariff
}

/** Throws AppError `bad_request`. */
function stepsOf(store: Store, sensor: Sensor, query: CostQuery) {
    const { fromMs, toMs, resolution, timeZone = timeZoneOf(store, sensor) } = query
    if (toMs - fromMs > MAX_RANGE_MS)
        throw new AppError("bad_request", "toMs: must be at most 3600 days after fromMs")
    if (resolution) return localStepsOf(store, sensor, query, resolution)
    if (toMs <= fromMs) throw new AppError("bad_request", "toMs: must be after fromMs")
    return { timeZone, edgesMs: [fromMs, toMs] }
}
type CostQuery = z.infer<typeof query>

function costsOf(
    store: Store,
    sensor: Sensor,
    tariff: Tariff,
    edgesMs: number[],
    timeZone: string
) {
    const isGasEnergy = sensor.type === "gas" && tariff.unit === "kWh"
    const { steps, periods } = costOf({
        terms: tariff,
        edgesMs,
        timeZone,
        readers: sensorReaders(store, sensor, { flow: tariff.direction, isPulses: false }),
        gone: store.retention(),
        gasValues: isGasEnergy ? gasValuesOf(store, sensor.homeId) : undefined,
    })
    return {
        tariffId: tariff.id,
        currency: tariff.currency,
        unit: tariff.unit,
        timeZone,
        startMs: edgesMs.slice(0, -1),
        endMs: edgesMs[edgesMs.length - 1],
        amounts: steps.map(({ amount }) => amount),
        costs: steps.map(({ cost }) => cost),
        standingCharges: steps.map(({ standingCharge }) => standingCharge),
        unpricedAmounts: steps.map(({ unpricedAmount }) => unpricedAmount),
        total: steps.reduce((sum, { cost, standingCharge }) => sum + cost + standingCharge, 0),
        periods,
    }
}
