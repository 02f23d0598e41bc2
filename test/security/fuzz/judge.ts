import type { Answer } from "./exchange.js"
import type { FuzzWorld } from "./fuzz-world.js"

const SLOW_MS = 1000
const TRIES = 3
/** On every answer, whoever made it. */
const HEADERS = ["content-security-policy", "x-content-type-options", "cache-control"]

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
    if (isStuck) wrong.push("neither answered nor ended the connection")
    for (const { method, url, status, headers } of requests) {
        if (status >= 500) wrong.push(`answered ${status} to ${method} ${url}`)
        const missing = HEADERS.filter(name => status > 0 && headers[name] === undefined)
        if (missing.length > 0) wrong.push(`answered ${status} without ${missing}`)
    }
    if (/HTTP\/1\.1 5\d\d /.test(heard)) wrong.push("answered 5xx")
    return wrong
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
