import { expect, test } from "vitest"
import { secretsIn } from "../../scripts/checks/secrets.js"

const hex = (digits: number) => "fedcba9876543210".repeat(8).slice(0, digits)
const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJ"

/** Put together here, so that this file holds none. */
test.each([
    ["a private key", `${"-".repeat(5)}BEGIN EC PRIVATE ${"KEY"}${"-".repeat(5)}`],
    ["a device's connection string", `ws://wssk:${hex(64)}@home`],
    ["64 hex digits, as keys have", `const KEY = "${hex(64)}"`],
    ["a key of AWS", `AKIA${"ABCDEFGHIJKLMNOP"}`],
    ["a token of GitHub", `ghp_${letters}`],
    ["a token of npm", `//registry.example/:_authToken=npm_${letters}`],
    ["a password in an address", `https://ann:${"horse-battery"}@example.org`],
    ["a password or a key that is set", `password: "${"correct-horse-battery"}"`],
    ["a JSON web token", `eyJ${letters}.eyJ${letters}.x`],
])("finds %s", (what, line) => {
    expect(secretsIn("a.ts", `\n${line}\n`)).toContain(`a.ts:2: ${what}`)
})

test.each([
    `sha256: ${hex(63)}`,
    `sha512-${"A".repeat(86)}==`,
    "password: string",
    `const password = "${"short"}"`,
    "https://example.org/a:b@c",
    `ws://wssk:${"<64 hex digits>"}@host`,
])("takes %s for none", line => {
    expect(secretsIn("a.ts", line)).toEqual([])
})
