import helmet from "@fastify/helmet"
import type { FastifyInstance } from "fastify"
import { AppError } from "./errors.js"
import { ambiguity } from "./request-form.js"

/** A page of ours may load what it needs from this server, and nothing may frame it. */
const CONTENT_SECURITY = {
    useDefaults: false,
    directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", "data:"],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
    },
}

/** Puts the security headers on every answer, also on those to requests that are refused for their form. */
export async function secureReplies(app: FastifyInstance): Promise<void> {
    await app.register(helmet, { contentSecurityPolicy: CONTENT_SECURITY })
    // where one request ends is in doubt, what comes behind it is nobody's
    const refused = new WeakSet<object>()
    app.addHook("onRequest", async ({ raw }, reply) => {
        // what people measured is nobody's to keep on the way; files say for themselves how long they last
        // on the bare answer, for those that take it over; a route may still say otherwise
        reply.raw.setHeader("cache-control", "no-store")
        const problem = refused.has(raw.socket) ? "The request before was refused." : ambiguity(raw)
        if (problem === undefined) return
        refused.add(raw.socket)
        reply.header("connection", "close")
        throw new AppError("bad_request", problem)
    })
}
