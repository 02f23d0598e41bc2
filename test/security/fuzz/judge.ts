import type { Answer } from "./exchange.js"
import { FORBIDDEN, type FuzzWorld } from "./fuzz-world.js"

const SLOW_MS = 1000
const TRIES = 3
/** On every answer, whoever made it. */
const HEADERS = ["content-security-policy", "x-content-type-options", "cache-control"]
/** A JSONP call is loaded as a script, whatever its type; blinkiki and ESPmeter have no room for more. */
const EXCUSED = /callback=|^\/sensor\/(up|report)\b|^\/espmeter\//
const HEAD = /HTTP\/1\.1 (\d{3}) [\s\S]*?\r\n\r\n/g

/** Sends bytes to the world's server and returns what must not have happened. */
export async function judge(world: FuzzWorld, bytes: Buffer): Promise<string[]> {
    const answer = await world.exchange.send(bytes)
    const wrong = [
        ...world.takeErrors().map(line => `the server logged ${line}`),
        ...judgeAnswer(answer),
        ...judgeChange(answer, world.database.changed()),
    ]
    // a busy machine is slow now and then; a slow request is slow each time
    if (answer.tookMs > SLOW_MS && (await isAlwaysSlow(world, bytes)))
        wrong.push(`took ${Math.round(answer.tookMs)} ms`)
    if (answer.requests.some(isAccepted)) await world.mend()
    return wrong
}

async function isAlwaysSlow(world: FuzzWorld, bytes: Buffer): Promise<boolean> {
    for (let tries = 1; tries < TRIES; tries++) {
        const { tookMs } = await world.exchange.send(bytes)
        world.takeErrors()
        world.database.changed()
        if (tookMs <= SLOW_MS) return false
    }
    return true
}

function judgeAnswer({ requests, heard, isStuck }: Answer): string[] {
    const wrong: string[] = []
    const isExcused = requests.some(({ url }) => EXCUSED.test(url))
    if (isStuck) wrong.push("neither answered nor ended the connection")
    if (heard.includes(FORBIDDEN)) wrong.push("gave away a file that is none of the page's")
    for (const { method, url, status } of requests)
        if (status >= 500) wrong.push(`answered ${status} to ${method} ${url}`)
    for (const [head, status] of heard.matchAll(HEAD)) {
        // no answers: go on, and the beginning of a link
        if (status === "100" || status === "101") continue
        if (status.startsWith("5")) wrong.push(`answered ${status}`)
        const missing = HEADERS.filter(name => !head.toLowerCase().includes(`\r\n${name}: `))
        if (missing.length > 0 && !isExcused) wrong.push(`answered ${status} without ${missing}`)
    }
    return wrong
}

function isAccepted({ method, status }: Answer["requests"][number]): boolean {
    return status < 400 && method !== "GET" && method !== "HEAD"
}

/** Only what was accepted may change what is kept, and looking at the own API changes nothing. */
function judgeChange({ requests }: Answer, changed: string[]): string[] {
    if (changed.length === 0) return []
    const mayWrite = requests.some(
        ({ method, url, status }) =>
            status < 400 && !(method === "GET" && url.startsWith("/api/v1"))
    )
    return mayWrite ? [] : [`nothing was accepted, and ${changed} changed`]
}
