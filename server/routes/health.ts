import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod"
import { z } from "zod"
import type { Deps } from "../deps.js"
import type { StoreHealth } from "../store-health.js"

/** While something is wrong, a question tries the disk this often at most. */
const TRY_MS = 1000

const reply = z.object({
    status: z.enum([
        "ok",
        "disk_slow",
        "log_long",
        "disk_full",
        "disk_failing",
        "database_locked",
        "database_damaged",
    ]),
    message: z.string().optional().describe("What is wrong and what to do"),
    sinceMs: z.number().optional().describe("Unix ms"),
})

/** GET /health: for whoever watches over the server; needs no sign-in. */
export function healthRoutes(deps: Deps, health: StoreHealth): FastifyPluginAsyncZod {
    let triedMs = Number.NEGATIVE_INFINITY
    /** Without devices nothing is written that would show that all is well again. */
    const tryAgain = () => {
        const startMs = deps.uptimeMs()
        if (deps.readOnly || startMs - triedMs < TRY_MS) return
        triedMs = startMs
        try {
            deps.store.checkWritable()
            health.committed(deps.uptimeMs() - startMs, deps.store.logBytes())
        } catch (error) {
            if (!health.failed(error)) throw error
        }
    }
    return async scope => {
        scope.get(
            "/health",
            {
                config: { access: "open" },
                schema: {
                    description: "503 while nothing can be stored; reports then wait on devices.",
                    response: { 200: reply, 503: reply },
                },
            },
            async (_request, answer) => {
                if (health.problem) tryAgain()
                const { problem } = health
                if (!problem) return { status: "ok" as const }
                const { code, sinceMs } = problem
                // strangers ask too, and need not know where the data lies
                const message = problem.message.replaceAll(deps.dataDir, "the data folder")
                if (code !== "disk_slow" && code !== "log_long") answer.code(503)
                return { status: code, message, sinceMs }
            }
        )
    }
}
