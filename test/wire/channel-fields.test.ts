import { expect, test } from "vitest"
import { DISC_DEFAULTS, LIGHT_DEFAULTS } from "../../src/measure/detector-defaults.js"
import { fieldsOf } from "../../src/wire/channel-fields.js"
import { KIND_DISC, KIND_LIGHT } from "../../src/wire/channels.js"

test.each([
    ["light", KIND_LIGHT, LIGHT_DEFAULTS],
    ["disc", KIND_DISC, DISC_DEFAULTS],
])("the standard of a %s is what its detector is tested with", (_name, kind, defaults) => {
    const standards = Object.fromEntries(
        fieldsOf(kind)
            .filter(({ name }) => name !== "pin")
            .map(({ name, standard }) => [name, standard])
    )
    expect(standards).toEqual({ ...defaults })
})
