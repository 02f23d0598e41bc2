import type { FastifyPluginAsync } from "fastify"
import type { RouteDeps } from "../../deps.js"
import { toAppError } from "../../errors.js"
import type { LiveHub } from "../../live-hub.js"
import type { StoreHealth } from "../../store-health.js"
import { answerErrors } from "./answer.js"
import { deviceRoutes } from "./device-routes.js"
import { listRoutes } from "./list-routes.js"
import { sensorRoutes } from "./sensor-routes.js"

/** Flukso's API 1.0, for Fluksometers and for the programs that read them; the format checks who may. */
export function fluksoRoutes(
    deps: RouteDeps,
    hub: LiveHub,
    health: StoreHealth
): FastifyPluginAsync {
    return async scope => {
        answerErrors(scope, error => toAppError(health.explain(error)))
        sensorRoutes(scope, deps)
        listRoutes(scope, deps)
        deviceRoutes(scope, deps, hub)
    }
}
