import swaggerUi from "@fastify/swagger-ui"
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod"

/** The description of this API, for programs and for people. It holds no data, so it is open. */
export const docsRoutes: FastifyPluginAsyncZod = async scope => {
    scope.get("/openapi.json", { config: { access: "open" }, schema: { hide: true } }, async () =>
        scope.swagger()
    )
    // the page names its parts relative to its folder
    scope.addHook("onRequest", async (request, reply) => {
        if (request.url === `${scope.prefix}/docs`) return reply.redirect(`${scope.prefix}/docs/`)
    })
    await scope.register(swaggerUi, {
        routePrefix: "/docs",
        // its page sets styles inline; nothing else of it is looser than the rest of the server
        staticCSP: {
            "default-src": "'self'",
            "img-src": "'self' data:",
            "style-src": "'self' 'unsafe-inline'",
            "object-src": "'none'",
            "frame-ancestors": "'none'",
        },
    })
}
