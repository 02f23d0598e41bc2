import type { FastifyInstance, FastifySchema } from "fastify"

export interface RouteEntry {
    method: string
    /** With its prefix and the names of its parameters. */
    url: string
    /** What it takes and answers. */
    schema: FastifySchema | undefined
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
    app.addHook("onRoute", ({ method, url, schema }) => {
        for (const each of [method].flat()) routes.push({ method: each, url, schema })
    })
}
