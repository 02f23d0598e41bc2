import { spawnSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { CONNECTION_LIMITS } from "../../server/connections.js"

const DOC = readFileSync("docs/security.md", "utf8")
const POINTS = 24

interface Row {
    number: number
    shownBy: string
    /** Files, each with the names of tests in it. */
    tests: { file: string; names: string[] }[]
}

/** The table's rows: a file in backticks, then names of its tests in quotes. */
function rows(): Row[] {
    const lines = DOC.split("\n").filter(line => /^\| \d+ \|/.test(line))
    return lines.map(line => {
        const [, number, , shownBy] = line.split(" | ").join("|").split("|")
        const parts = shownBy.split(/`(test\/[^`]+)`/)
        const tests = parts.flatMap((part, at) =>
            at % 2 === 0 ? [] : [{ file: part, names: quoted(parts[at + 1]) }]
        )
        return { number: Number(number), shownBy, tests }
    })
}

function quoted(text: string): string[] {
    return [...text.matchAll(/"([^"]+)"/g)].map(([, name]) => name)
}

test("every point of the checklist has its row", () => {
    const all = Array.from({ length: POINTS }, (_, at) => at + 1)
    expect(rows().map(({ number }) => number)).toEqual(all)
})

test.each(rows())("point $number names tests that exist, or says why it cannot be", row => {
    const { tests, shownBy } = row
    if (tests.length === 0) expect(shownBy).toMatch(/cannot be/)
    for (const { file, names } of tests) {
        expect(existsSync(file), file).toBe(true)
        expect(names, file).not.toEqual([])
        const source = readFileSync(file, "utf8")
        for (const name of names) {
            expect(source, file).toContain(name)
            // a test that is switched off shows nothing
            expect(source).not.toMatch(/test\.(skip|only|todo)\(/)
        }
    }
})

test("it is said how to report, and what is inside can be listed", () => {
    expect(DOC).toMatch(
        /## How to report\n[\s\S]*in private[\s\S]*newest version only[\s\S]*npm run --silent sbom/
    )
    const { stdout, status } = spawnSync("npm", ["run", "--silent", "sbom"], {
        encoding: "utf8",
        maxBuffer: 1 << 26,
    })
    expect(status).toBe(0)
    const { bomFormat, components } = JSON.parse(stdout)
    expect(bomFormat).toBe("CycloneDX")
    const wanted = Object.keys(JSON.parse(readFileSync("package.json", "utf8")).dependencies)
    const names = components.map(({ group, name }: { group?: string; name: string }) =>
        group ? `${group}/${name}` : name
    )
    expect(names).toEqual(expect.arrayContaining(wanted))
})

test("the limits that are told are those that are set", () => {
    const { headersMs, requestMs, silentMs, unusedMs, perAddress, all } = CONNECTION_LIMITS
    expect(DOC).toContain(
        `Headers have ${headersMs / 1000} s to come, a request ${requestMs / 1000} s (408 after that), a connection without a byte either way ${silentMs / 1000} s, one between requests ${unusedMs / 1000} s. ${perAddress} connections are open at once`
    )
    expect(DOC).toContain(`${all.toLocaleString("en")} in all`)
})
