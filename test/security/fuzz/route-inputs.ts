import * as fc from "fast-check"
import { z } from "zod"
import type { RouteEntry } from "../../../server/auth/route-table.js"
import { HOSTILE_TEXTS, type JsonSchema, tidyValuesOf, valuesOf } from "./json-arbitrary.js"

/** What a request carries to say who sends it; the empty one is nobody. */
type Credentials = Record<string, string>

export interface Known {
    /** Ids, names, times and tokens of the server under test. */
    words: string[]
    credentials: Credentials[]
    tokens: string[]
    /** Of sensors and devices, 32 hex digits, as other formats name them. */
    publicIds: string[]
    /** Names of parameters that other formats have. */
    parameters: string[]
}

/** Ways to say what the body is; most routes take the first alone. */
const CONTENT_TYPES = [
    "application/json",
    "application/json; charset=utf-8",
    "application/x-www-form-urlencoded",
    "application/xml",
    "text/plain",
    "text/csv",
    "multipart/form-data; boundary=x",
    "application/octet-stream",
    "application/JSON;charset=utf-16",
    "nonsense",
]

/** Requests to one route: mostly such that the route itself has to look at them. */
export function requestsOf(route: RouteEntry, known: Known): fc.Arbitrary<Buffer> {
    const { words, credentials } = known
    const { method } = route
    const { params, querystring, body } = (route.schema ?? {}) as Record<string, unknown>
    return fc
        .record({
            path: pathOf(route.url, jsonSchemaOf(params), words),
            query: fc.option(queryOf(jsonSchemaOf(querystring), known), { freq: 4 }),
            body: fc.option(bodyOf(jsonSchemaOf(body), words), { freq: 8 }),
            type: fc.oneof(
                { arbitrary: fc.constant(CONTENT_TYPES[0]), weight: 9 },
                { arbitrary: fc.constantFrom(...CONTENT_TYPES), weight: 1 }
            ),
            credentials: fc.oneof(
                { arbitrary: fc.constant(credentials[0]), weight: 4 },
                { arbitrary: fc.constantFrom(...credentials), weight: 1 }
            ),
        })
        .map(({ path, query, body, type, credentials }) => {
            const hasBody = body !== null && method !== "GET" && method !== "HEAD"
            const headers = {
                Host: "meterbeat",
                ...credentials,
                ...(hasBody ? { "Content-Type": type, "Content-Length": body.length } : {}),
            }
            return toBytes(
                `${method} ${path}${query ?? ""}`,
                headers,
                hasBody ? body : Buffer.alloc(0)
            )
        })
}

function toBytes(start: string, headers: Record<string, unknown>, body: Buffer): Buffer {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    return Buffer.concat([
        Buffer.from(`${start} HTTP/1.1\r\n${lines.join("")}\r\n`, "latin1"),
        body,
    ])
}

function jsonSchemaOf(schema: unknown): JsonSchema | undefined {
    if (!(schema instanceof z.ZodType)) return undefined
    return z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema
}

function pathOf(
    url: string,
    schema: JsonSchema | undefined,
    words: readonly string[]
): fc.Arbitrary<string> {
    const parts = url.split(/(:[A-Za-z]+(?:\([^)]*\))?|\*)/).map(part => {
        if (part === "*") return fc.oneof(fc.webPath(), escaped(words))
        if (!part.startsWith(":")) return fc.constant(part)
        const one = schema?.properties?.[part.slice(1)] ?? { type: "string" }
        return fc.oneof(
            {
                arbitrary: tidyValuesOf(one, words).map(value => percentCode(toText(value))),
                weight: 6,
            },
            { arbitrary: escaped(words), weight: 1 }
        )
    })
    return fc.tuple(...parts).map(texts => texts.join(""))
}

function queryOf(
    schema: JsonSchema | undefined,
    { words, parameters }: Known
): fc.Arbitrary<string> {
    const names = schema?.properties ? Object.keys(schema.properties) : parameters
    const pair = fc
        .constantFrom(...names, "x")
        .chain(name =>
            fc
                .oneof(
                    { arbitrary: valuesOf(schema?.properties?.[name] ?? {}, words), weight: 4 },
                    { arbitrary: fc.constantFrom(...words), weight: 1 }
                )
                .map(value => `${name}=${percentCode(toText(value))}`)
        )
    const all = fc.tuple(
        ...names.map(name =>
            fc.option(
                valuesOf(schema?.properties?.[name] ?? { type: "string" }, words).map(
                    value => `${name}=${percentCode(toText(value))}`
                ),
                { freq: 3 }
            )
        )
    )
    const tidy = tidyValuesOf(schema ?? {}, words).map(value =>
        Object.entries(value ?? {}).map(([name, one]) => `${name}=${percentCode(toText(one))}`)
    )
    return fc
        .oneof(
            tidy,
            fc.array(pair, { maxLength: 6 }),
            all.map(pairs => pairs.filter(one => one !== null))
        )
        .map(pairs => `?${pairs.join("&")}`)
}

function bodyOf(schema: JsonSchema | undefined, words: readonly string[]): fc.Arbitrary<Buffer> {
    const tidy = tidyValuesOf(schema ?? {}, words).map(value =>
        Buffer.from(JSON.stringify(value) ?? "")
    )
    const json = valuesOf(schema ?? {}, words).map(value =>
        Buffer.from(JSON.stringify(value) ?? "")
    )
    return fc.oneof(
        { arbitrary: tidy, weight: 8 },
        { arbitrary: json, weight: 5 },
        { arbitrary: fc.constantFrom(...HOSTILE_TEXTS).map(text => Buffer.from(text)), weight: 1 },
        {
            arbitrary: fc.uint8Array({ maxLength: 300 }).map(bytes => Buffer.from(bytes)),
            weight: 1,
        },
        { arbitrary: fc.constant(Buffer.from("[".repeat(9000))), weight: 1 }
    )
}

function escaped(words: readonly string[]): fc.Arbitrary<string> {
    return fc.constantFrom(...words, ...HOSTILE_TEXTS).map(percentCode)
}

function toText(value: unknown): string {
    return typeof value === "object" ? JSON.stringify(value) : String(value)
}

/** As a browser would, but slashes go as they are. */
function percentCode(text: string): string {
    // half a character would be no text
    return encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, "\ufffd")).replaceAll("%2F", "/")
}
