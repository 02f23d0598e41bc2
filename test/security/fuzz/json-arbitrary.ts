import * as fc from "fast-check"

/** The part of JSON Schema that the routes' schemas come out as. */
export interface JsonSchema {
    type?: string
    properties?: Record<string, JsonSchema>
    items?: JsonSchema
    additionalProperties?: JsonSchema | boolean
    anyOf?: JsonSchema[]
    oneOf?: JsonSchema[]
    enum?: unknown[]
    const?: unknown
    pattern?: string
    minimum?: number
    maximum?: number
    required?: string[]
}

/** Texts that have broken programs before. */
export const HOSTILE_TEXTS = [
    "",
    " ",
    "0",
    "-1",
    "1e999",
    "NaN",
    "null",
    "true",
    "9007199254740993",
    "' OR 1=1 --",
    "'; DROP TABLE devices; --",
    '" UNION SELECT sealed_key FROM devices --',
    "%' OR name LIKE '%",
    "../../../../etc/passwd",
    "..\\..\\secret.key",
    "%2e%2e%2fsecret.key",
    "a\0b",
    "\r\nSet-Cookie: a=b",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "%s%s%n",
    "$(reboot)",
    "__proto__",
    "constructor",
    "toString",
    "\u202e\ufeff",
    "\ud800",
    "💡".repeat(30),
    "x".repeat(5000),
]

/** Makes values of a schema; `tidy` ones have all that must be there and nothing that may not. */
type Maker = (schema: JsonSchema, words: readonly string[]) => fc.Arbitrary<unknown>

/** Values that a route should take, as far as its schema says what it takes. */
export function tidyValuesOf(schema: JsonSchema, words: readonly string[]): fc.Arbitrary<unknown> {
    return schema.type === "object" && schema.properties
        ? tidyObjectOf(schema, words)
        : plausible(schema, words, tidyValuesOf)
}

function tidyObjectOf(schema: JsonSchema, words: readonly string[]): fc.Arbitrary<object> {
    const properties = Object.entries(schema.properties ?? {})
    const required = schema.required ?? []
    const values = Object.fromEntries(
        properties.map(([name, one]) => [name, tidyValuesOf(one, words)])
    )
    return fc.record(values, { requiredKeys: required })
}

/** Values of the schema, of its neighbourhood, and of no schema at all; `words` are what the server knows. */
export function valuesOf(schema: JsonSchema, words: readonly string[]): fc.Arbitrary<unknown> {
    return fc.oneof(
        { arbitrary: plausible(schema, words, valuesOf), weight: 9 },
        { arbitrary: anything(words), weight: 1 }
    )
}

function anything(words: readonly string[]): fc.Arbitrary<unknown> {
    return fc.oneof(
        fc.constantFrom<unknown>(null, true, false, 0, -0, 1, -1, 0.1, 1e308, 2 ** 53, [], {}),
        fc.constantFrom(...HOSTILE_TEXTS),
        fc.constantFrom(...words),
        fc.string(),
        fc.jsonValue({ maxDepth: 3 })
    )
}

function plausible(
    schema: JsonSchema,
    words: readonly string[],
    make: Maker
): fc.Arbitrary<unknown> {
    if ("const" in schema) return fc.constant(schema.const)
    if (schema.enum) return fc.constantFrom(...schema.enum)
    const choices = schema.anyOf ?? schema.oneOf
    if (choices) return fc.oneof(...choices.map(choice => make(choice, words)))
    switch (schema.type) {
        case "object":
            return objectOf(schema, words)
        case "array":
            return fc.array(make(schema.items ?? {}, words), { maxLength: 5 })
        case "integer":
            return fc.integer(whole(within(schema, -10, 1000)))
        case "number":
            return fc.oneof(
                fc.integer(whole(within(schema, -10, 1000))),
                fc.double({ ...within(schema, -1e6, 1e6), noNaN: true })
            )
        case "boolean":
            return fc.boolean()
        case "string":
            return textOf(schema, words)
        case "null":
            return fc.constant(null)
        default:
            return anything(words)
    }
}

function within({ minimum, maximum }: JsonSchema, low: number, high: number) {
    const min = minimum ?? Math.min(low, maximum ?? low)
    return { min, max: Math.max(min, Math.min(maximum ?? high, 1e6)) }
}

function whole({ min, max }: { min: number; max: number }) {
    return { min: Math.ceil(min), max: Math.max(Math.ceil(min), Math.floor(max)) }
}

function textOf({ pattern }: JsonSchema, words: readonly string[]): fc.Arbitrary<string> {
    const known = fc.constantFrom(...words)
    if (pattern === undefined) return fc.oneof(fc.string({ maxLength: 20 }), known)
    const found = words.filter(word => new RegExp(pattern).test(word))
    const fitting = found.length > 0 ? found : words
    return fc.oneof(
        // the first ids are those of most things
        { arbitrary: fc.constantFrom(...fitting.slice(0, 2)), weight: 4 },
        { arbitrary: fc.constantFrom(...fitting), weight: 2 },
        { arbitrary: fc.stringMatching(new RegExp(pattern)), weight: 1 }
    )
}

/** Properties are there, missing, or of another's kind; now and then one is there that nobody asked for. */
function objectOf(schema: JsonSchema, words: readonly string[]): fc.Arbitrary<object> {
    const properties = Object.entries(schema.properties ?? {})
    const known = fc.record(
        Object.fromEntries(
            properties.map(([name, one]) => [
                name,
                fc.option(valuesOf(one, words), { freq: 6, nil: undefined }),
            ])
        )
    )
    const more = typeof schema.additionalProperties === "object" ? schema.additionalProperties : {}
    const extra = fc.dictionary(
        fc.oneof(fc.constantFrom(...words), fc.constantFrom("__proto__", "constructor", "x")),
        valuesOf(more, words),
        { maxKeys: 2 }
    )
    return fc
        .tuple(known, fc.option(extra, { freq: 8 }))
        .map(([one, two]) => (two ? Object.assign({}, one, two) : one))
}
