import { pino } from "pino"
import { startServer } from "../server/main.js"
import { onceStopped } from "./stop.js"

export interface ServeOptions {
    port: number
    host: string
    data: string
    readOnly: boolean
    tlsCert?: string
    tlsKey?: string
    trustProxy?: string
}

/** `meterbeat serve`: runs until it is told to stop. */
export async function serve(options: ServeOptions): Promise<void> {
    const server = await startServer({
        port: options.port,
        host: options.host,
        dataDir: options.data,
        readOnly: options.readOnly,
        ...(options.tlsCert !== undefined && { tlsCert: options.tlsCert }),
        ...(options.tlsKey !== undefined && { tlsKey: options.tlsKey }),
        trustedProxies: options.trustProxy?.split(",").map(each => each.trim()) ?? [],
        logger: pino({ level: "warn" }),
    })
    printWelcome(server.url, server.firstRunPassword)
    await onceStopped()
    await server.close()
}

/** Where to look, and on a new database how to get in. */
export function printWelcome(url: string, firstRunPassword: string | undefined): void {
    console.log(`Meterbeat is at ${url}`)
    if (firstRunPassword === undefined) return
    console.log(`Sign in as "owner" with the password ${firstRunPassword}`)
    console.log("It is shown this once; you choose your own at the first sign-in.")
}
