import { readFileSync } from "node:fs"
import { z } from "zod"
import { pinCounts } from "../sim/boards.js"
import { issueSentence } from "../sim/sources/issue-sentence.js"
import { CHANNEL_KINDS, type Channel, standardChannel } from "../src/wire/channels.js"
import { validateSettings } from "../src/wire/settings-rules.js"

const schema = z.strictObject({
    channels: z
        .array(
            z.strictObject({
                kind: z.enum(CHANNEL_KINDS),
                fields: z.record(z.string(), z.number()).default({}),
            })
        )
        .min(1)
        .max(16),
})

/** The channels of a settings file. Throws an Error with one sentence that names the file and the field. */
export function readChannels(path: string, board: string): Channel[] {
    let input: unknown
    try {
        input = JSON.parse(readFileSync(path, "utf8"))
    } catch (error) {
        throw new Error(`${path} cannot be read as JSON: ${(error as Error).message}.`)
    }
    const parsed = schema.safeParse(input)
    if (!parsed.success) throw new Error(`${path}: ${issueSentence(parsed.error, input)}`)
    const channels = parsed.data.channels.map(({ kind, fields }) => {
        const channel = standardChannel(CHANNEL_KINDS.indexOf(kind), fields["pin"] ?? 1)
        return { ...channel, fields: { ...channel.fields, ...fields } }
    })
    const pins = pinCounts(board)
    const problem = pins && validateSettings(channels, pins)
    if (problem) throw new Error(`${path}: ${problem}.`)
    return channels
}
