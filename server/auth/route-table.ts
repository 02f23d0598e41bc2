import type { FastifyInstance } from "fastify"

interface RouteEntry {
    method: string
    /** With its prefix and the names of its parameters. */
    url: string
}

declare module "fastify" {
    interface FastifyInstance {
        /** Every route there is, as each is registered. */
        routeTable: RouteEntry[]
    }
}

/** Keeps the list of routes that the test of who may do what goes through. Call before any route is there. */
export function listRoutes(app: FastifyInstance): void {
    const routes: RouteEntry[] = []
    app.decorate("routeTable", routes)
    app.addHook("onRoute", ({ method, url }) => {
        for (const each of [method].flat()) routes.push({ method: each, url })
    })
}
