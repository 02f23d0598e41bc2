import { XMLParser, XMLValidator } from "fast-xml-parser"
import { AppError } from "../../errors.js"
import { type OpenstromAnswer, QUANTITIES } from "./package-schema.js"

/** An element as the parser gives it: its name holds its children, `:@` its attributes. */
interface Element {
    name: string
    attributes: Record<string, string>
    children: Element[]
}

/** openstrom, channel, reading: nothing is deeper. */
const MAX_DEPTH = 3

const NUMBERS = new Set(["version", "number", "timeS", "seconds", ...QUANTITIES.map(q => q.name)])
const BOOLEANS: Record<string, boolean> = { true: true, false: false, "1": true, "0": false }

const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: "",
    processEntities: false,
    parseTagValue: false,
    parseAttributeValue: false,
    ignoreDeclaration: true,
    ignorePiTags: true,
    maxNestedTags: MAX_DEPTH,
})

/** The package of an XML text as the object that JSON would give, unchecked. Throws AppError. */
export function packageFromXml(text: string): unknown {
    // entities would let a small text become a large one, and no value needs them
    if (/&|<!(?!--)/.test(text)) throw refusal("must have no entities, CDATA and document type")
    const root = rootOf(text)
    if (root.name !== "openstrom") throw refusal("must be an <openstrom> element")
    const relays = childrenOf(root, "relay")
    return {
        ...valuesOf(root),
        channels: childrenOf(root, "channel").map(channel => ({
            ...valuesOf(channel),
            readings: childrenOf(channel, "reading").map(valuesOf),
        })),
        ...(relays.length > 0 && { relays: relays.map(valuesOf) }),
    }
}

/** An answer in XML; nothing in it needs escaping. */
export function answerToXml({ relays, ...counts }: OpenstromAnswer): string {
    const attributes = Object.entries(counts).map(([name, value]) => ` ${name}="${value}"`)
    const lines = relays.map(({ number, isOn }) => `  <relay number="${number}" isOn="${isOn}"/>\n`)
    return `<?xml version="1.0" encoding="UTF-8"?>\n<openstromAnswer${attributes.join("")}>\n${lines.join("")}</openstromAnswer>\n`
}

function rootOf(text: string): Element {
    const verdict = XMLValidator.validate(text)
    if (verdict !== true) throw refusal(`line ${verdict.err.line}: ${verdict.err.msg}`)
    const [root, ...others] = parse(text).map(node => toElement(node))
    if (!root || others.length > 0) throw refusal("must be one element")
    return root
}

function parse(text: string): Record<string, unknown>[] {
    try {
        return parser.parse(text)
    } catch {
        throw refusal("has an element or attribute that a package has not")
    }
}

function toElement(node: Record<string, unknown>): Element {
    const { ":@": attributes = {}, ...content } = node
    const [name = "#text"] = Object.keys(content)
    const children = content[name]
    return {
        name,
        attributes: attributes as Record<string, string>,
        children: Array.isArray(children) ? children.map(toElement) : [],
    }
}

/** The children of a name, in order; a child of any other is refused with its element. */
function childrenOf({ name, children }: Element, wanted: string): Element[] {
    const stranger = children.find(child => !CHILDREN[name]?.includes(child.name))
    if (stranger) throw refusal(`${name}: must hold no ${stranger.name}`)
    return children.filter(child => child.name === wanted)
}

const CHILDREN: Record<string, string[]> = {
    openstrom: ["channel", "relay"],
    channel: ["reading"],
}

function valuesOf({ name, attributes, children }: Element): Record<string, unknown> {
    if (children.length > 0 && !CHILDREN[name]) throw refusal(`${name}: must be empty`)
    return Object.fromEntries(
        Object.entries(attributes).map(([field, value]) => [field, typed(field, value)])
    )
}

/** A text that is no number stays one, for the schema to refuse. */
function typed(field: string, value: string): unknown {
    if (field === "isOn") return BOOLEANS[value] ?? value
    if (!NUMBERS.has(field)) return value
    return /^-?\d{1,12}(\.\d{1,12})?$/.test(value) ? Number(value) : value
}

function refusal(sentence: string): AppError {
    return new AppError("bad_request", `XML: ${sentence}`)
}
