// Asks the registry what is known to be wrong with the packages that package-lock.json names.
import { spawnSync } from "node:child_process"

const TIMEOUT_MS = 60_000
/** What lets nobody in and nothing out is told, and fails nothing. */
const FAILING = ["high", "critical"]

interface Verdict {
    outcome: "passed" | "failed" | "skipped"
    /** For people. */
    text: string
}

/** The part of npm's answer that is read. */
interface Answer {
    message?: string
    error?: { summary?: string }
    vulnerabilities?: Record<string, { name: string; severity: string; range: string }>
}

/** `skipped` where nobody could say. */
export function auditPackages(): Verdict {
    const { stdout, error } = spawnSync("npm", ["audit", "--json"], {
        encoding: "utf8",
        timeout: TIMEOUT_MS,
        maxBuffer: 1 << 26,
    })
    if (error) return { outcome: "skipped", text: `npm audit: ${error.message}` }
    return judgeAudit(stdout)
}

/** Takes what `npm audit --json` prints. */
export function judgeAudit(json: string): Verdict {
    let answer: Answer
    try {
        answer = JSON.parse(json)
    } catch {
        return { outcome: "skipped", text: "npm audit gave no answer" }
    }
    if (!answer.vulnerabilities) {
        const why = answer.message ?? answer.error?.summary ?? "no reason given"
        // the address of a registry is nobody's business
        const reason = why.replace(/ *[-–]? *\b(GET|POST) \S+/, "")
        return { outcome: "skipped", text: `the registry does not answer an audit: ${reason}` }
    }
    const found = Object.values(answer.vulnerabilities).map(
        ({ name, severity, range }) => `${severity}: ${name} ${range}`
    )
    const fails = found.some(line => FAILING.some(severity => line.startsWith(severity)))
    return { outcome: fails ? "failed" : "passed", text: found.sort().join("\n") }
}
