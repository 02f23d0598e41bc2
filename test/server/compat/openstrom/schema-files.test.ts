import { readFileSync } from "node:fs"
import { XMLParser } from "fast-xml-parser"
import { expect, test } from "vitest"
import { z } from "zod"
import {
    answerSchema,
    packageSchema,
    QUANTITIES,
} from "../../../../server/compat/openstrom/package-schema.js"

const files = [
    ["docs/openstrom-package.schema.json", packageSchema],
    ["docs/openstrom-answer.schema.json", answerSchema],
] as const

test.each(files)("%s is what the server checks by", (file, schema) => {
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(z.toJSONSchema(schema))
})

interface SimpleType {
    name: string
    "xs:restriction": { "xs:minInclusive"?: Bound; "xs:maxInclusive"?: Bound }
}
interface Bound {
    value: string
}

test("the XML schema has the quantities and limits of the server", () => {
    const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: "" })
    const schema = parser.parse(readFileSync("docs/openstrom-package.xsd", "utf8"))["xs:schema"]
    const types: SimpleType[] = schema["xs:simpleType"]
    const reading = schema["xs:complexType"].find((one: { name: string }) => one.name === "reading")
    const attributes: { name: string; use?: string }[] = reading["xs:attribute"]
    const found = attributes.slice(2).map(({ name, use }) => {
        const restriction = types.find(one => one.name === name)?.["xs:restriction"]
        return {
            name,
            min: Number(restriction?.["xs:minInclusive"]?.value),
            max: Number(restriction?.["xs:maxInclusive"]?.value),
            isRequired: use === "required",
        }
    })
    expect(found).toEqual(QUANTITIES)
})
