import type { z } from "zod"

type Issue = z.core.$ZodIssue

/** One plain sentence about the first thing wrong: the field's path, the limit and what was given. */
export function issueSentence(error: z.ZodError, input: unknown): string {
    const issue = error.issues[0]
    const given = valueAt(input, issue.path)
    return `${pathText(issue.path) || "The file"} ${claim(issue, given)}.`
}

/** Such as devices[0].channels[1].source.file. */
export function pathText(path: PropertyKey[]): string {
    return path
        .map(part => (typeof part === "number" ? `[${part}]` : `.${String(part)}`))
        .join("")
        .replace(/^\./, "")
}

function claim(issue: Issue, given: unknown): string {
    switch (issue.code) {
        case "unrecognized_keys":
            return `has an unknown field "${issue.keys[0]}"`
        case "invalid_union":
            return oneOf(optionsOf(issue), given)
        case "invalid_value":
            return oneOf(issue.values, given)
        case "invalid_type":
            if (given === undefined) return "is missing"
            return `must be ${TYPE_NAMES[issue.expected] ?? issue.expected}, not ${shown(given)}`
        case "too_small":
            return limit(issue.origin, issue.inclusive ? "at least" : "above", issue.minimum, given)
        case "too_big":
            return limit(issue.origin, issue.inclusive ? "at most" : "below", issue.maximum, given)
        default:
            return issue.message
    }
}

const TYPE_NAMES: Record<string, string> = {
    int: "a whole number",
    number: "a number",
    string: "a text",
    boolean: "true or false",
    array: "a list",
    object: "an object in braces",
}

function limit(origin: string, bound: string, value: number | bigint, given: unknown): string {
    if (origin === "array") return `must have ${bound} ${counted(value, "entry", "entries")}`
    if (origin === "string")
        return `must have ${bound} ${counted(value, "character", "characters")}`
    return `must be ${bound} ${value}, not ${shown(given)}`
}

function counted(value: number | bigint, one: string, many: string): string {
    return `${value} ${Number(value) === 1 ? one : many}`
}

function oneOf(options: readonly unknown[], given: unknown): string {
    const names = options.map(option => JSON.stringify(option)).join(", ")
    if (given === undefined) return `is missing: it is one of ${names}`
    return `must be one of ${names}, not ${shown(given)}`
}

function optionsOf(issue: Issue): readonly unknown[] {
    return "options" in issue && Array.isArray(issue.options) ? issue.options : []
}

function shown(value: unknown): string {
    if (Array.isArray(value)) return "a list"
    return typeof value === "object" && value !== null ? "an object" : JSON.stringify(value)
}

function valueAt(input: unknown, path: PropertyKey[]): unknown {
    return path.reduce<unknown>(
        (value, part) => (value as Record<PropertyKey, unknown> | undefined)?.[part],
        input
    )
}
