import type { FastifyRequest } from "fastify"
import { rawBody } from "../raw-bodies.js"
import { EmonRefusal } from "./refusal.js"

/** The fields of a body, JSON or as of a form; none for any other type, as emon-server has it. */
export function fieldsOf(request: FastifyRequest): Record<string, unknown> {
    const [type] = (request.headers["content-type"] ?? "").toLowerCase().split(";")
    const text = rawBody(request.body).toString()
    if (type.trim() === "application/x-www-form-urlencoded")
        return Object.fromEntries(new URLSearchParams(text))
    if (type.trim() !== "application/json" || text === "") return {}
    const value = parse(text)
    return typeof value === "object" && value !== null ? { ...value } : {}
}

function parse(text: string): unknown {
    try {
        return JSON.parse(text)
    } catch {
        throw new EmonRefusal(400, "The body is not valid JSON.")
    }
}

/** A field that should be a whole number, as it came and as a number; clients send both kinds. */
export function wholeField(
    fields: Record<string, unknown>,
    name: string,
    { standard, max }: { standard: string; max: number }
): { sent: string | number; value: number } {
    const given = fields[name]
    const sent = given === undefined || given === null || given === "" ? standard : given
    const isText = typeof sent === "string" || typeof sent === "number"
    const value = isText && /^\d{1,15}$/.test(`${sent}`) ? Number(sent) : Number.NaN
    if (!isText || !(value <= max))
        throw new EmonRefusal(400, `${name}: must be a whole number from 0 to ${max}`)
    return { sent, value }
}
