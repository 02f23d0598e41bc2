import type { FastifyInstance, InjectOptions } from "fastify"
import { describe, expect, test } from "vitest"
import { ROUTE_RULES } from "./route-rules.js"
import { buildTown } from "./town.js"
import { HOLDERS, type Outcome, RULES } from "./who-may.js"

/** A HEAD goes where its GET does. */
function rowOf({ method, url }: { method: string; url: string }): string {
    const path = url === "/api/v1/docs/" ? "/api/v1/docs" : url
    return `${method === "HEAD" ? "GET" : method} ${path}`
}

async function outcomeOf(app: FastifyInstance, options: InjectOptions): Promise<Outcome> {
    const reply = await app.inject({ ...options, payloadAsStream: true })
    if (reply.statusCode < 400) {
        reply.stream().destroy()
        return "in"
    }
    let text = ""
    for await (const piece of reply.stream()) text += piece
    return toOutcome(reply.statusCode, text)
}

function toOutcome(status: number, text: string): Outcome {
    const { code = "", message = "" } = text === "" ? {} : JSON.parse(text).error
    if (status >= 500) return "failure"
    if (status === 401) return "sign in"
    if (code === "password_change_required") return "first password"
    if (status === 403) return "may not"
    return status === 404 && message.startsWith("There is no ") ? "nothing" : "in"
}

test("every route has a row, and every row a route", async () => {
    const { app } = await buildTown()
    const rows = new Set(app.routeTable.map(rowOf))
    expect([...rows].sort()).toEqual(Object.keys(ROUTE_RULES).sort())
})

describe.each(Object.entries(ROUTE_RULES))("%s", (route, { rule, path, body }) => {
    const [method, url] = route.split(" ")
    test(`is for ${rule}`, async () => {
        const { app, db, keys } = await buildTown()
        const outcomes: Record<string, Outcome> = {}
        for (const holder of HOLDERS) {
            const { cookies = {}, headers = {} } = keys[holder]
            // each of them finds everything as it was
            db.exec("SAVEPOINT before")
            outcomes[holder] = await outcomeOf(app, {
                method: method as InjectOptions["method"],
                url: path ?? url,
                payload: body,
                cookies,
                headers,
            })
            db.exec("ROLLBACK TO before; RELEASE before")
        }
        expect(outcomes).toEqual(RULES[rule])
    })
})
