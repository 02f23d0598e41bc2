import { createWriteStream } from "node:fs"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import type { MeterbeatClient } from "../client/meterbeat-client.js"
import { connect } from "./api-client.js"

export interface ExportOptions {
    server: string
    /** Id or name. */
    sensor: string
    format: string
    resolution?: string
    unit?: string
    quantity?: string
    timeZone?: string
    /** Unix ms or a date and time that JavaScript can read. */
    from?: string
    to?: string
    /** Standard output by default. */
    out?: string
}

/** `meterbeat export`: a sensor's series from a server into a file, however long. */
export async function exportSensor(options: ExportOptions): Promise<void> {
    const { format, resolution, unit, quantity, timeZone } = options
    const [fromMs, toMs] = [timeOf("--from", options.from), timeOf("--to", options.to)]
    const client = await connect(options.server)
    const id = await sensorId(client, options.sensor)
    const query = { format, resolution, unit, quantity, timeZone, fromMs, toMs }
    const bytes = Readable.from(await client.exportSensor(id, query))
    if (options.out === undefined) await pipeline(bytes, process.stdout)
    else await pipeline(bytes, createWriteStream(options.out))
}

async function sensorId(client: MeterbeatClient, sensor: string): Promise<number> {
    if (/^\d+$/.test(sensor)) return Number(sensor)
    const named = (await client.sensors()).filter(({ name }) => name === sensor)
    if (named.length === 1) return named[0].id
    throw new Error(
        named.length === 0
            ? `There is no sensor "${sensor}" on this server.`
            : `There are ${named.length} sensors "${sensor}": give the id of one.`
    )
}

function timeOf(option: string, text: string | undefined): number | undefined {
    if (text === undefined) return undefined
    const ms = /^\d+$/.test(text) ? Number(text) : Date.parse(text)
    if (Number.isFinite(ms) && ms >= 0) return ms
    throw new Error(`${option} must be Unix ms or a time such as 2026-03-01T00:00Z, not "${text}".`)
}
