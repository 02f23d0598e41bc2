import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { EVENT_NAMES, eventName } from "../../server/device-events.js"
import { CHANNEL_BYTES, fieldsOf } from "../../src/wire/channel-fields.js"
import { CHANNEL_KINDS } from "../../src/wire/channels.js"
import * as limits from "../../src/wire/limits.js"

const doc = readFileSync(new URL("../../docs/protocol.md", import.meta.url), "utf8")
const rows = doc
    .split("\n")
    .filter(line => line.startsWith("| "))
    .map(line => line.slice(2).split(" | "))

test("the page lists every event by code and name, in the order of the API", () => {
    const events = rows.filter(([code, name]) => /^\d+$/.test(code) && /^`[a-z-]+`$/.test(name))
    const names = events.map(([, name]) => name.replaceAll("`", ""))
    expect([...names, "unknown"]).toEqual(EVENT_NAMES)
    for (const [index, [code]] of events.entries()) expect(eventName(+code)).toBe(names[index])
})

test.each(CHANNEL_KINDS.map((name, kind) => [name, kind] as const))(
    "the page lists the fields of a %s in order, with their limits and bits",
    (name, kind) => {
        const row = rows.find(([label]) => label === `${kind} ${name}`) ?? []
        expect(row[1]).toBe(String(CHANNEL_BYTES[kind]))
        const fields = fieldsOf(kind)
        const said = [...row[2].matchAll(/`(\w+)`/g)].map(([, field]) => field)
        expect(said).toEqual(fields.map(field => field.name))
        if (name === "chip") return
        for (const { name: field, max, standard, bits } of fields) {
            const text = row[2].split(";").find(part => part.includes(`\`${field}\``)) ?? ""
            expect(text).toContain(String(max))
            expect(text).toMatch(new RegExp(`, ${bits}( each)?( \\|)?$`))
            if (field !== "pin") expect(text).toContain(`(${standard})`)
        }
    }
)

test("the page lists every topic", () => {
    const topics = Object.entries(limits).filter(([name]) => /^TOPIC_(?!BYTES)/.test(name))
    for (const [, topic] of topics) expect(rows.map(([first]) => first)).toContain(`\`${topic}\``)
})
