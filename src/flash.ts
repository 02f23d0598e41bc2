import * as ds from "@devicescript/core"
import { settings as flash } from "@devicescript/settings"
import type { Courier } from "./outbox/courier.js"
import type { Recorder } from "./outbox/recorder.js"
import { pageKey } from "./wire/page.js"

const STEP_MS = 500
const QUIET_POLL_MS = 10
/** Longer than a pulse of a household takes to come; a busy channel has no quiet moment. */
const QUIET_WAIT_MS = 15_000

/** The library's readSetting takes JSON; these are bytes. Undefined when there is none. */
export async function readFlash(key: string): Promise<Buffer | undefined> {
    const report = await ds.actionReport(
        flash,
        "get",
        async () => await flash.get(key),
        packet => packet.decode()[0] === key
    )
    const bytes: Buffer = report.decode()[1]
    return bytes && bytes.length > 0 ? bytes : undefined
}

/** Does what the journal asks of flash, in a fiber of its own, since flash may take its time. */
export class FlashPages {
    constructor(
        private readonly recorder: Recorder,
        private readonly courier: Courier
    ) {}

    /** Runs for ever. */
    async run(): Promise<void> {
        while (true) {
            await ds.sleep(STEP_MS)
            try {
                await this.step()
            } catch (e) {
                console.log(`flash: ${e}`)
            }
        }
    }

    private async step(): Promise<void> {
        const { recorder } = this
        const { journal } = recorder
        const { pages } = this.courier
        if (!this.courier.isSynced && !journal.isDue(ds.millis())) return
        for (let key = journal.nextScan(); key !== undefined; key = journal.nextScan())
            journal.scan(await readFlash(key))
        const endMs = ds.millis() + QUIET_WAIT_MS
        // ends at once when acknowledgements come
        while (journal.isDue(ds.millis())) {
            if (ds.millis() < endMs && !recorder.isQuiet(ds.millis())) await ds.sleep(QUIET_POLL_MS)
            else {
                const write = journal.nextWrite()
                await flash.set(pageKey(write.number), write.page)
                journal.wrote(write, ds.millis())
            }
        }
        const key = this.courier.isSynced ? pages.nextRead() : undefined
        if (key === undefined) return
        // of this boot, memory has all that the server lacks unless it gave something up
        const skipBootId = recorder.outbox.dropped === 0 ? recorder.bootId : undefined
        pages.took(await readFlash(key), skipBootId)
    }
}
