import { readFileSync } from "node:fs"
import { gzipSync } from "node:zlib"
import { expect, test } from "vitest"
import {
    MAX_UNPACKED_BYTES,
    readPackage,
} from "../../../../server/compat/openstrom/package-body.js"
import { answerToXml } from "../../../../server/compat/openstrom/package-xml.js"

const JSON_TEXT = readFileSync("test/fixtures/openstrom/package.json", "utf8")
const XML_TEXT = readFileSync("test/fixtures/openstrom/package.xml", "utf8")

const read = (text: string | Buffer, isXml: boolean, encoding?: string) =>
    readPackage({ bytes: Buffer.from(text), isXml, encoding })
const problemOf = (text: string | Buffer, isXml: boolean, encoding?: string) =>
    read(text, isXml, encoding).then(
        () => undefined,
        (error: Error & { code: string }) => `${error.code}: ${error.message}`
    )

test("JSON and XML say the same", async () => {
    const fromJson = await read(JSON_TEXT, false)
    expect(fromJson).toEqual(JSON.parse(JSON_TEXT))
    expect(await read(XML_TEXT, true)).toEqual(fromJson)
})

test("gzip is taken in both", async () => {
    const plain = await read(JSON_TEXT, false)
    expect(await read(gzipSync(JSON_TEXT), false, "gzip")).toEqual(plain)
    expect(await read(gzipSync(XML_TEXT), true, "gzip")).toEqual(plain)
    expect(await read(JSON_TEXT, false, "identity")).toEqual(plain)
})

test("what does not unpack is refused, before it takes memory", async () => {
    const bomb = gzipSync(Buffer.alloc(MAX_UNPACKED_BYTES + 1, " "))
    expect(bomb.length).toBeLessThan(3000)
    expect(await problemOf(bomb, false, "gzip")).toContain("too_large: The unpacked package")
    const many = Buffer.concat([bomb, bomb, bomb, bomb])
    expect(await problemOf(many, false, "gzip")).toContain("too_large")
    expect(await problemOf(JSON_TEXT, false, "gzip")).toBe("bad_request: The body is not gzip.")
    const cut = gzipSync(JSON_TEXT).subarray(0, 100)
    expect(await problemOf(cut, false, "gzip")).toBe("bad_request: The body is not gzip.")
    expect(await problemOf(JSON_TEXT, false, "br")).toContain("unsupported_media_type")
    expect(await problemOf(Buffer.from([0x22, 0xff, 0x22]), false)).toContain("not UTF-8")
})

const bad: [string, string, string, string][] = [
    ["a number in quotes", '"voltageV": 231,', '"voltageV": "231",', "must be a number"],
    ["no voltage", '"voltageV": 231,', "", "channels.0.readings.1.voltageV: must be a number"],
    ["a strange field", '"voltageV": 231,', '"voltageV": 231, "volts": 1,', "Unrecognized key"],
    ["a time off the slots", "1772532005", "1772532006", "timeS: must be a multiple of 5 s"],
    ["a device without a clock", "1772532005", "5", "timeS: must be a whole number from"],
    ["too long", '"seconds": 5', '"seconds": 305', "seconds: must be a whole number from 5 to 300"],
    ["circuit 11", '"number": 10', '"number": 11', "number: must be a whole number from 1 to 10"],
    ["another version", '"version": 1', '"version": 2', "version: must be 1"],
    ["a serial with a slash", "OS-0001", "../x", "device: must be 1 to 32 of"],
    ["half a text", "]\n}", "]", "not valid JSON"],
]
test.each(bad)("JSON with %s is refused", async (_name, from, to, problem) => {
    expect(JSON_TEXT).toContain(from)
    expect(await problemOf(JSON_TEXT.replace(from, to), false)).toContain(problem)
})

const badXml: [string, string, string, string][] = [
    ["an entity", 'device="OS-0001"', 'device="&lt;"', "must have no entities"],
    ["a document type", "<openstrom ", '<!DOCTYPE x [<!ENTITY a "b">]><openstrom ', "no entities"],
    ["a document elsewhere", "<openstrom ", '<!DOCTYPE x SYSTEM "f"><openstrom ', "no entities"],
    ["CDATA", "</openstrom>", "<![CDATA[x]]></openstrom>", "CDATA"],
    ["an element inside of a reading", '"3.2"/>', '"3.2"><a/></reading>', "reading: must be empty"],
    ["text", "</openstrom>", "words</openstrom>", "openstrom: must hold no #text"],
    ["a strange element", '<channel number="10"/>', "<meter/>", "openstrom: must hold no meter"],
    ["another root", /openstrom/g as never, "strom", "must be an <openstrom> element"],
    ["two roots", "</openstrom>", "</openstrom><openstrom/>", "XML: "],
    ["an attribute twice", 'version="1" device', 'device="a" device', "repeated"],
    ["an attribute without quotes", 'number="10"', "number=10", "XML: line"],
    ["a dangerous name", 'number="10"', 'number="10" __proto__="1"', "that a package has not"],
    ["no end", "</openstrom>", "", "XML: "],
    ["a number of another kind", '"231"', '"0x10"', "voltageV: must be a number"],
    ["an endless number", '"231"', '"1e999"', "voltageV: must be a number"],
    ["a word for a truth", 'isOn="true"', 'isOn="yes"', "isOn: must be true or false"],
]
test.each(badXml)("XML with %s is refused", async (_name, from, to, problem) => {
    const text = XML_TEXT.replace(from, to)
    expect(text).not.toBe(XML_TEXT)
    expect(await problemOf(text, true)).toContain(problem)
})

test("XML of great depth is refused without descending", async () => {
    const deep = `<openstrom>${"<channel>".repeat(50_000)}${"</channel>".repeat(50_000)}</openstrom>`
    expect(await problemOf(deep, true)).toContain("that a package has not")
})

test("an answer in XML holds what one in JSON does", () => {
    expect(
        answerToXml({
            version: 1,
            timeS: 1772532010,
            stored: 2,
            known: 1,
            conflicting: 0,
            refused: 3,
            relays: [{ number: 3, isOn: false }],
        })
    ).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<openstromAnswer version="1" timeS="1772532010" stored="2" known="1" conflicting="0" refused="3">
  <relay number="3" isOn="false"/>
</openstromAnswer>
`)
})
