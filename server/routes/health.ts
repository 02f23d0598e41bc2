import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod"
import { z } from "zod"

/** GET /health: for whoever watches over the server; needs no sign-in. */
export const healthRoutes: FastifyPluginAsyncZod = async scope => {
    scope.get(
        "/health",
        {
            config: { access: "open" },
            schema: { response: { 200: z.object({ status: z.literal("ok") }) } },
        },
        async () => ({ status: "ok" as const })
    )
}
