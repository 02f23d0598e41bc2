import * as fc from "fast-check"
import { encodeHello } from "../../../src/wire/hello.js"
import {
    TOPIC_EVENT,
    TOPIC_HELLO,
    TOPIC_LEVEL,
    TOPIC_LIVE,
    TOPIC_PAGE,
    TOPIC_REPORT,
    TOPIC_SETTINGS,
    TOPIC_WAVEFORM,
} from "../../../src/wire/limits.js"
import { encodeMainsReport } from "../../../src/wire/mains-report.js"
import { numberPage } from "../../../src/wire/page.js"
import { encodeReport } from "../../../src/wire/report.js"
import { nthReport, START_MS } from "../../server/helpers.js"
import { MAINS_HELLO, makeMains } from "../../server/mains-helpers.js"
import { MAINS_REPORT_VECTORS } from "../../wire/mains-report-vectors.js"
import { EVENT_VECTORS, WAVEFORM_VECTORS } from "../../wire/mains-vectors.js"
import { OLD_REPORT_VECTORS } from "../../wire/old-vectors.js"
import { PAGE_VECTORS } from "../../wire/page-vectors.js"
import { REPORT_VECTORS } from "../../wire/report-vectors.js"
import { ANSWER_VECTORS } from "../../wire/settings-vectors.js"
import { HELLO_VECTORS, LEVEL_VECTORS, LIVE_VECTORS } from "../../wire/vectors.js"
import { mutate, mutations } from "./byte-mutator.js"

/** What a device that has its key may say. */
export interface LinkMessage {
    topic: string
    data: Buffer
}

const PAGE_HEAD_BYTES = 29

function vectors(topic: string, all: readonly { hex: string | string[] }[]): LinkMessage[] {
    return all.flatMap(({ hex }) =>
        [hex].flat().map(one => ({ topic, data: Buffer.from(one, "hex") }))
    )
}

/** Every kind of message there is, and reports that go with what the server holds. */
const MESSAGES: LinkMessage[] = [
    ...vectors(TOPIC_HELLO, HELLO_VECTORS),
    ...vectors(TOPIC_REPORT, REPORT_VECTORS),
    ...vectors(TOPIC_REPORT, OLD_REPORT_VECTORS),
    ...vectors(TOPIC_REPORT, MAINS_REPORT_VECTORS),
    ...vectors(TOPIC_PAGE, PAGE_VECTORS),
    ...vectors(TOPIC_LIVE, LIVE_VECTORS),
    ...vectors(TOPIC_LEVEL, LEVEL_VECTORS),
    ...vectors(TOPIC_EVENT, EVENT_VECTORS),
    ...vectors(TOPIC_WAVEFORM, WAVEFORM_VECTORS),
    ...vectors(TOPIC_SETTINGS, ANSWER_VECTORS),
    { topic: TOPIC_HELLO, data: encodeHello(MAINS_HELLO) },
    ...[0, 1, 2, 3, 4].map(at => ({
        topic: TOPIC_REPORT,
        data: encodeReport(nthReport(at, { startMs: START_MS + at * 50_000 })),
    })),
    { topic: TOPIC_REPORT, data: encodeMainsReport(makeMains({ sequence: 10 })) },
]

const message = fc
    .record({
        known: fc.constantFrom(...MESSAGES),
        wrong: fc.option(mutations, { freq: 4 }),
        topic: fc.option(
            fc.constantFrom("h", "r", "p", "l", "v", "e", "w", "s", "a", "c", "x", "\0"),
            {
                freq: 1,
            }
        ),
        isSealed: fc.boolean(),
    })
    .map(({ known, wrong, topic, isSealed }): LinkMessage => {
        const data = wrong ? mutate(known.data, wrong) : known.data
        // without its right sum no page would get past that
        if (isSealed && known.topic === TOPIC_PAGE && data.length >= PAGE_HEAD_BYTES)
            numberPage(data, data.readUInt32LE(7))
        const kept = wrong && topic !== null && wrong.length > 3 ? topic : known.topic
        return { topic: kept, data: data.subarray(0, 300) }
    })

export const linkMessages = fc.array(message, { minLength: 1, maxLength: 12 })
