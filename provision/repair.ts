import type { BusClient } from "./bus-client.js"
import { writeSetting } from "./settings.js"

/** Of its own, so that a power cut while it is written harms no setting that counts. */
const FILL_KEY = "fill"
const FILL_BYTES = 200
const ENTRY_BYTES = 24
/** A half of the settings area on ESP32; the runtime copies to the other half when one is full. */
const HALF_BYTES = 16_384

/** Writes that surely fill a half. */
export const FILL_WRITES = Math.ceil(HALF_BYTES / (FILL_BYTES + ENTRY_BYTES)) + 1

/**
 * Makes the runtime copy what lives in flash to the other half and erase what was there. After a power
 * cut in the midst of a write the other half may be the newer one and broken: until it is erased, each
 * boot formats everything again, or comes back with what was there before.
 */
export async function forceCompaction(bus: BusClient): Promise<void> {
    for (let i = 1; i <= FILL_WRITES; i++)
        await writeSetting(bus, FILL_KEY, Buffer.alloc(FILL_BYTES, i))
    await writeSetting(bus, FILL_KEY, Buffer.alloc(0))
}
