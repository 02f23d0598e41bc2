const SETS_A_DAY = 8
const COUNTS_A_SET = 36

/** What the counter of an ESPmeter held when it was read, every three hours. */
export interface SlotSet {
    /** 0 to 7: which three hours of the local day ended then. */
    slot: number
    /** As its ADC read it. */
    battery: number
    /** Since it was read before, by a clock that may be some percent off. */
    seconds: number
    /** Pulses of 36 times 300 s since then; the last goes on to the end. */
    counts: number[]
}

export interface EspmeterPost {
    /** By the device's clock, Unix s. */
    atS: number
    sets: SlotSet[]
    /** True when it brings a day, or what is left of it. */
    isDaily: boolean
    /** Why some sets are not taken, a sentence each. */
    refused: string[]
}

/** Undefined for what is no post of an ESPmeter at all. */
export function decodePost(body: string): EspmeterPost | undefined {
    const post = parseObject(body)
    if (!post || !isWhole(post["ts"], 2 ** 32 - 1)) return undefined
    const day = post["dt"]
    if (day === undefined) return { atS: post["ts"], sets: [], isDaily: false, refused: [] }
    if (!isObject(day)) return undefined
    const sets: SlotSet[] = []
    const refused: string[] = []
    for (const [key, value] of Object.entries(day)) {
        const set = decodeSet(key, value)
        if (typeof set === "string") refused.push(set)
        else sets.push(set)
    }
    return { atS: post["ts"], sets, isDaily: true, refused }
}

/** A sentence for a set that is refused. */
function decodeSet(key: string, value: unknown): SlotSet | string {
    const name = `slot set ${key.slice(0, 8)}`
    if (!/^[0-7]$/.test(key)) return `${name}: its number must be from 0 to ${SETS_A_DAY - 1}`
    if (!isObject(value)) return `${name}: must be an object`
    const { v: battery, t: seconds, f: counts } = value
    if (!isWhole(battery, 255)) return `${name}: v must be a whole number from 0 to 255`
    if (!isWhole(seconds, 65_535)) return `${name}: t must be a whole number from 0 to 65535`
    if (!Array.isArray(counts) || counts.length !== COUNTS_A_SET)
        return `${name}: f must hold ${COUNTS_A_SET} counts`
    if (!counts.every(count => isWhole(count, 255)))
        return `${name}: f must hold whole numbers from 0 to 255`
    return { slot: Number(key), battery, seconds, counts }
}

function parseObject(body: string): Record<string, unknown> | undefined {
    try {
        const value: unknown = JSON.parse(body)
        return isObject(value) ? value : undefined
    } catch {
        return undefined
    }
}

function isObject(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value)
}

function isWhole(value: unknown, max: number): value is number {
    return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= max
}
