/** The first of `offered` that the header names best, undefined when it takes none; without a header the first. */
export function chooseType(header: string | undefined, offered: string[]): string | undefined {
    if (header === undefined || header.trim() === "") return offered[0]
    const wanted = header.split(",").map(readRange)
    // sorting keeps the header's order among equals
    wanted.sort((a, b) => b.quality - a.quality)
    for (const { type, quality } of wanted) {
        if (quality <= 0) return undefined
        const found = offered.find(one => matches(type, one) && !isRefused(one, wanted))
        if (found) return found
    }
    return undefined
}

interface MediaRange {
    type: string
    /** 0 to 1. */
    quality: number
}

function readRange(text: string): MediaRange {
    const [type, ...parameters] = text.split(";").map(part => part.trim().toLowerCase())
    const stated = parameters.find(parameter => parameter.startsWith("q="))
    const quality = stated === undefined ? 1 : Number(stated.slice(2))
    return { type, quality: quality >= 0 && quality <= 1 ? quality : 0 }
}

function matches(range: string, type: string): boolean {
    return range === "*/*" || range === type || range === `${type.split("/")[0]}/*`
}

function isRefused(type: string, wanted: MediaRange[]): boolean {
    return wanted.some(one => one.type === type && one.quality === 0)
}
