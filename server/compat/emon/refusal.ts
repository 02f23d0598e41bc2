import type { FastifyError, FastifyReply } from "fastify"
import { AppError } from "../../errors.js"

/** An answer of emon-server that is no success; clients see its status and its very text. */
export class EmonRefusal extends Error {
    constructor(
        readonly status: number,
        message: string
    ) {
        super(message)
        this.name = "EmonRefusal"
    }
}

/** What emon-server says of any failure of its own. */
const FAILED = "Something bad happened"

/** Answers a failure of a route in emon's form; tells whether it was none that a client caused. */
export function sendRefusal(error: FastifyError | Error, reply: FastifyReply): boolean {
    const status =
        error instanceof EmonRefusal || error instanceof AppError
            ? error.status
            : "statusCode" in error
              ? (error.statusCode ?? 500)
              : 500
    if (status >= 500) {
        void reply.code(status).type("application/json; charset=utf-8").send(`"${FAILED}"`)
        return true
    }
    void reply.code(status).send({ status, message: error.message })
    return false
}
