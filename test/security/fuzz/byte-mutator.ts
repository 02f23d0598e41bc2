import * as fc from "fast-check"

/** What may be wrong with bytes in many ways at once; `at` is a share of their length. */
interface Mutation {
    kind: "flip" | "set" | "insert" | "remove" | "repeat" | "cut" | "number"
    at: number
    length: number
    bytes: Uint8Array
    number: string
}

const NUMBERS = [
    "0",
    "-1",
    "1e9",
    "1e999",
    "NaN",
    "255",
    "65536",
    "2147483648",
    "4294967296",
    "9007199254740993",
    "99999999999999999999999",
    "0.1",
    "00",
    "0x10",
]

/** Pieces that mean something in some format. */
const PIECES = [
    "\0",
    "\r\n",
    "\r\n\r\n",
    "\n",
    "%00",
    "%2e%2e%2f",
    "../",
    "'",
    '"',
    "\\",
    "{",
    "}",
    "[[[[[[[[",
    ",",
    "&",
    "=",
    ";",
    "<!DOCTYPE a [<!ENTITY b 'c'>]>",
    "&b;",
    "]]>",
    "__proto__",
    "\x1f\x8b\x08",
    "\xff\xfe",
    "\xed\xa0\x80",
    "Transfer-Encoding: chunked\r\n",
    "Content-Length: 7\r\n",
    "Content-Encoding: gzip\r\n",
].map(text => Buffer.from(text, "latin1"))

const mutation: fc.Arbitrary<Mutation> = fc.record({
    kind: fc.constantFrom("flip", "set", "insert", "remove", "repeat", "cut", "number"),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.integer({ min: 1, max: 64 }),
    bytes: fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 16 }), fc.constantFrom(...PIECES)),
    number: fc.constantFrom(...NUMBERS),
})

export const mutations = fc.array(mutation, { minLength: 1, maxLength: 6 })

export function mutate(bytes: Buffer, all: readonly Mutation[]): Buffer {
    return all.reduce(applyOne, bytes)
}

function applyOne(bytes: Buffer, { kind, at, length, bytes: piece, number }: Mutation): Buffer {
    const start = Math.floor(at * bytes.length)
    const before = bytes.subarray(0, start)
    const from = (offset: number) => bytes.subarray(Math.min(bytes.length, offset))
    switch (kind) {
        case "flip": {
            const flipped = Buffer.from(bytes)
            if (start < bytes.length) flipped[start] ^= 1 << (length % 8)
            return flipped
        }
        case "set":
            return Buffer.concat([before, piece, from(start + piece.length)])
        case "insert":
            return Buffer.concat([before, piece, from(start)])
        case "remove":
            return Buffer.concat([before, from(start + length)])
        case "repeat":
            return Buffer.concat([before, bytes.subarray(start, start + length), from(start)])
        case "cut":
            return before
        case "number":
            return replaceNumber(bytes, start, number)
    }
}

/** The first number behind a place, if there is one. */
function replaceNumber(bytes: Buffer, start: number, number: string): Buffer {
    const text = bytes.toString("latin1")
    const found = /\d+/.exec(text.slice(start))
    if (!found) return bytes
    const at = start + found.index
    return Buffer.from(text.slice(0, at) + number + text.slice(at + found[0].length), "latin1")
}
