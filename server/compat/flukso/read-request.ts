import { readTimes, type TimeSpan } from "./time-range.js"
import { isUnit } from "./units.js"

type Values = Record<string, unknown>

/** A request of a Flukso client before anything is looked up. */
export interface RawRequest {
    query: Values
    headers: Values
    /** Does it come with a session of the page? Then it needs no token. */
    hasSession: boolean
}

interface Asked {
    /** Undefined: the session decides. */
    token: string | undefined
}
export type SensorRequest = Asked &
    (
        | { asks: "series"; span: TimeSpan; unit: string; callback: string | undefined }
        | { asks: "parameters" }
        | { asks: "update" }
    )
export type ListRequest = Asked & { callback: string | undefined }

export const API_VERSION = "1.0"

/** Undefined when it is malformed: a parameter is missing, means nothing or excludes another. */
export function readSensorRequest(raw: RawRequest, nowS: number): SensorRequest | undefined {
    const head = readHead(raw)
    if (!head) return undefined
    const { token } = head
    const text = (name: string) => first(raw.query[name])
    const span = readTimes(
        {
            interval: text("interval"),
            start: text("start"),
            end: text("end"),
            resolution: text("resolution"),
        },
        nowS
    )
    const unit = text("unit")
    const hasUnit = unit !== undefined && isUnit(unit)
    const isAll = text("param") === "all"
    const isUpdate = text("update") === "true"
    if (span && hasUnit && !isAll && !isUpdate) {
        const callback = text("callback")
        if (!isCallback(callback)) return undefined
        return { asks: "series", token, span, unit, callback }
    }
    if (span || hasUnit || isAll === isUpdate) return undefined
    return isAll ? { asks: "parameters", token } : { asks: "update", token }
}

/** A list takes a version, a token and perhaps a callback. */
export function readListRequest(raw: RawRequest): ListRequest | undefined {
    const head = readHead(raw)
    const callback = first(raw.query["callback"])
    return head && isCallback(callback) ? { ...head, callback } : undefined
}

/** Exactly 32 lowercase hex digits: an id or a token. */
export function isFluksoId(text: string): boolean {
    return /^[0-9a-f]{32}$/.test(text)
}

/** Version and token stand in the header or in the query; in both, nobody knows which holds. */
function readHead({ query, headers, hasSession }: RawRequest): Asked | undefined {
    if (oneOf(headers["x-version"], query["version"]) !== API_VERSION) return undefined
    const token = oneOf(headers["x-token"], query["token"])
    if (token !== undefined && isFluksoId(token)) return { token }
    return hasSession ? { token: undefined } : undefined
}

function oneOf(header: unknown, parameter: unknown): string | undefined {
    const fromHeader = first(header)
    const fromQuery = first(parameter)
    if (fromHeader !== undefined && fromQuery !== undefined) return undefined
    return fromHeader ?? fromQuery
}

/** A parameter that is given twice counts once. */
function first(value: unknown): string | undefined {
    const one: unknown = Array.isArray(value) ? value[0] : value
    return typeof one === "string" ? one : undefined
}

function isCallback(callback: string | undefined): boolean {
    return callback === undefined || /^[0-9a-zA-Z_]+$/.test(callback)
}
