const TIME = /^\d{4}-\d\d-(\d\d)(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?$/

/** Unix ms of "YYYY-MM-DD", with " HH:MM" or " HH:MM:SS" or without, read as UTC; undefined when it is no time. */
export function parseUtcText(text: string): number | undefined {
    const match = TIME.exec(text)
    if (!match) return undefined
    const atMs = Date.parse(text.length > 10 ? `${text.replace(" ", "T")}Z` : text)
    if (Number.isNaN(atMs)) return undefined
    // Date.parse takes the 31st of any month and moves it into the next.
    return new Date(atMs).getUTCDate() === Number(match[1]) ? atMs : undefined
}
