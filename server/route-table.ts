import type { FastifyInstance, RouteOptions } from "fastify"

declare module "fastify" {
    interface FastifyInstance {
        /** Every route, as it was registered. */
        routeTable: readonly RouteOptions[]
    }
}

/** Keeps a list of all routes that are registered from now on. */
export function keepRouteTable(app: FastifyInstance): void {
    const routes: RouteOptions[] = []
    app.decorate("routeTable", routes)
    app.addHook("onRoute", route => {
        routes.push(route)
    })
}
