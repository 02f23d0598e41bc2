import type { Holder } from "../../auth/access.js"
import type { RouteDeps } from "../../deps.js"
import type { Door } from "./door.js"
import { meterNow } from "./meter-view.js"

/** One meter's row as both generations give it, with their names in their order. */
interface IpuRow {
    meterid: number
    created: string
    updated: string
    description: string
    location: string
    ipu: number
}

/** What every meter that the holder may see does now. */
export function ipuRows({ store, clock }: RouteDeps, door: Door, holder: Holder): IpuRow[] {
    const nowMs = clock()
    const channels = store.now(nowMs)
    return door.metersOf(holder).map(meter => {
        const { powerW, updatedMs } = meterNow(store, meter, channels, nowMs)
        return {
            meterid: meter.number,
            created: sqlTime(meter.createdMs),
            updated: sqlTime(updatedMs ?? meter.createdMs),
            description: meter.description,
            location: meter.location,
            ipu: powerW,
        }
    })
}

/** A time as SQLite writes it, in UTC. */
function sqlTime(ms: number): string {
    return new Date(ms).toISOString().slice(0, 19).replace("T", " ")
}
