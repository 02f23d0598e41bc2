import { FLASH_PAGES, pageKey } from "../src/wire/page.js"
import type { BusClient } from "./bus-client.js"
import { writeSetting } from "./settings.js"

/** Of its own, so that a power cut while it is written harms no setting that counts. */
const FILL_KEY = "fill"
const FILL_BYTES = 200
const ENTRY_BYTES = 24
/** A half of the settings area on ESP32; the runtime copies to the other half when one is full. */
const HALF_BYTES = 16_384

/** Writes that surely fill a half. */
const FILL_WRITES = Math.ceil(HALF_BYTES / (FILL_BYTES + ENTRY_BYTES)) + 1

/**
 * Puts flash in order after a power cut in the midst of a write, once all settings that count are
 * written. The half that is not in use may be the newer one and broken: until it is erased, each boot
 * formats everything again, or comes back with what was there before. So the runtime is made to copy what
 * lives to that half. A value whose size is broken would end the copying: the pages of the journal,
 * which alone are written while nobody looks, are written anew before that.
 */
export async function repairFlash(bus: BusClient): Promise<void> {
    for (let page = 0; page < FLASH_PAGES; page++)
        await writeSetting(bus, pageKey(page), Buffer.alloc(0))
    for (let i = 1; i <= FILL_WRITES; i++)
        await writeSetting(bus, FILL_KEY, Buffer.alloc(FILL_BYTES, i))
    await writeSetting(bus, FILL_KEY, Buffer.alloc(0))
}

/** Settings that a repair writes. */
export const REPAIR_WRITES = FLASH_PAGES + FILL_WRITES + 1
