import { expect, test } from "vitest"
import { judgeAudit } from "../../scripts/checks/audit.js"

/** The shape of npm's answer; the packages are made up. */
function answer(...severities: string[]): string {
    const vulnerabilities = Object.fromEntries(
        severities.map((severity, at) => [
            `package-${at}`,
            { name: `package-${at}`, severity, range: "<2.0.0", via: [], isDirect: true },
        ])
    )
    return JSON.stringify({ auditReportVersion: 2, vulnerabilities })
}

test.each([
    [[], "passed", ""],
    [["low", "moderate"], "passed", "low: package-0 <2.0.0\nmoderate: package-1 <2.0.0"],
    [["low", "high"], "failed", "high: package-1 <2.0.0\nlow: package-0 <2.0.0"],
    [["critical"], "failed", "critical: package-0 <2.0.0"],
])("packages with holes that are %j: %s", (severities, outcome, text) => {
    expect(judgeAudit(answer(...severities))).toEqual({ outcome, text })
})

test.each([
    ["", "npm audit gave no answer"],
    [
        '{"message": "405 Method Not Allowed - POST https://registry.example/audit", "error": {}}',
        "the registry does not answer an audit: 405 Method Not Allowed",
    ],
    [
        '{"error": {"code": "ENOAUDIT", "summary": "no audit here"}}',
        "the registry does not answer an audit: no audit here",
    ],
])("without an answer nothing is called safe: %s", (json, text) => {
    expect(judgeAudit(json)).toEqual({ outcome: "skipped", text })
})
