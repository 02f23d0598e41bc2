import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"

const FIXTURES = "test/fixtures"
const REMARKS_END = "\n----\n"

export interface Recorded {
    file: string
    bytes: Buffer
}

/**
 * Literal requests as they are on the wire, recorded or taken from a manual: every `.http` and `.request` file
 * of the tests.
 */
export function recordedRequests(): Recorded[] {
    return readdirSync(FIXTURES, { recursive: true, encoding: "utf8" })
        .filter(file => /\.(http|request)$/.test(file))
        .sort()
        .flatMap(file =>
            requestsIn(readFileSync(join(FIXTURES, file))).map(bytes => ({ file, bytes }))
        )
}

/** A file is one request, perhaps below remarks and a line of dashes, or a talk in which ">" is said to the server. */
function requestsIn(bytes: Buffer): Buffer[] {
    const text = bytes.toString("latin1")
    const said = text.match(/(^>.*\n?)+/gm)
    if (said) return said.map(lines => Buffer.from(toRequest(lines), "latin1"))
    const end = bytes.indexOf(REMARKS_END)
    return [text.startsWith("#") && end >= 0 ? bytes.subarray(end + REMARKS_END.length) : bytes]
}

function toRequest(lines: string): string {
    return lines.replace(/^> ?/gm, "").replaceAll("\n", "\r\n")
}

/** Names of parameters in the recorded requests' addresses and forms. */
export function parametersOf(requests: { bytes: Buffer }[]): string[] {
    const names = requests.flatMap(({ bytes }) =>
        [...bytes.toString("latin1").matchAll(/[?&]([A-Za-z_]\w*)=/g)].map(([, name]) => name)
    )
    return [...new Set(["start", "end", "interval", "unit", ...names])]
}

/** Where a request says for whom it speaks, and of what. */
const TOKEN_PLACES =
    /(\bx-token: |\bx-access-token: |\bbearer |[?&]token=|\/espmeter\/)([0-9A-Za-z._-]+)/gi
const ID_PLACES = /(\/(?:sensor|device)\/)([0-9a-f]{32})/g

/** Speaks with a token and of a thing that the server knows. */
export function substitute(bytes: Buffer, token: string, publicId: string): Buffer {
    const text = bytes.toString("latin1")
    const spoken = text.replace(TOKEN_PLACES, `$1${token}`).replace(ID_PLACES, `$1${publicId}`)
    return Buffer.from(spoken, "latin1")
}
