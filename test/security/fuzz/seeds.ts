import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"

const FIXTURES = "test/fixtures"
const REMARKS_END = "\n----\n"

/**
 * Literal requests as they are on the wire, recorded or taken from a manual: every `.http` and `.request` file
 * of the tests.
 */
export function recordedRequests(): { file: string; bytes: Buffer }[] {
    return readdirSync(FIXTURES, { recursive: true, encoding: "utf8" })
        .filter(file => /\.(http|request)$/.test(file))
        .sort()
        .map(file => ({ file, bytes: withoutRemarks(readFileSync(join(FIXTURES, file))) }))
}

/** A file may begin with lines that tell where it comes from, down to a line of dashes. */
function withoutRemarks(bytes: Buffer): Buffer {
    const end = bytes.indexOf(REMARKS_END)
    return bytes[0] === 0x23 && end >= 0 ? bytes.subarray(end + REMARKS_END.length) : bytes
}

/** Names of parameters in the recorded requests' addresses and forms. */
export function parametersOf(requests: { bytes: Buffer }[]): string[] {
    const names = requests.flatMap(({ bytes }) =>
        [...bytes.toString("latin1").matchAll(/[?&]([A-Za-z_]\w*)=/g)].map(([, name]) => name)
    )
    return [...new Set(["start", "end", "interval", "unit", ...names])]
}

/** Puts an id that the server knows in the place of the `at`-th id of a recording. */
export function substitute(bytes: Buffer, ids: readonly string[], at: number): Buffer {
    const text = bytes.toString("latin1")
    const found = [...text.matchAll(/[0-9a-f]{32}|[0-9a-f]{16}/g)]
    if (found.length === 0) return bytes
    const { index, 0: old } = found[at % found.length]
    const fitting = ids.filter(id => id.length === old.length)
    if (fitting.length === 0) return bytes
    const id = fitting[at % fitting.length]
    return Buffer.from(text.slice(0, index) + id + text.slice(index + old.length), "latin1")
}
