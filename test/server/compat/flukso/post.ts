import { createHmac } from "node:crypto"
import type { FastifyInstance } from "fastify"
import { KEY } from "./fluksometer.js"

/** Posts as a Fluksometer does. */
export function post(app: FastifyInstance, url: string, message: object) {
    const payload = JSON.stringify(message)
    const digest = createHmac("sha1", KEY).update(payload).digest("hex")
    return app.inject({
        method: "POST",
        url,
        headers: {
            "content-type": "application/json",
            "x-version": "1.0",
            "x-digest": digest,
        },
        payload,
    })
}
