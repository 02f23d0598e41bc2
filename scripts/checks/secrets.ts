// Looks for secrets in every file that git tracks.
import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"

/** Written so that none of these lines finds itself. */
const PATTERNS: [string, RegExp][] = [
    ["a private key", /-----BEGIN [A-Z ]*PRIVATE[ ]KEY-----/],
    ["a device's connection string", /wssk:[0-9a-f]{64}@/i],
    // but for digits in their order, which requests in tests have for a token
    [
        "64 hex digits, as keys have",
        /(?<![0-9a-zA-Z/+=-])(?!(?:0123456789abcdef){4})[0-9a-f]{64}(?![0-9a-zA-Z/+=])/i,
    ],
    ["a key of AWS", /\b(AKIA|ASIA)[0-9A-Z]{16}\b/],
    ["a token of GitHub", /\b(gh[pousr]_[0-9A-Za-z]{36}|github_pat_[0-9A-Za-z_]{60,})/],
    ["a token of npm", /\bnpm_[0-9A-Za-z]{36}\b/],
    ["a token of GitLab", /\bglpat-[0-9A-Za-z_-]{20,}/],
    ["a token of Slack", /\bxox[abprs]-[0-9A-Za-z-]{10,}/],
    ["a key of Google", /\bAIza[0-9A-Za-z_-]{35}\b/],
    ["a JSON web token", /\beyJ[0-9A-Za-z_-]{10,}\.eyJ[0-9A-Za-z_-]{10,}\./],
    ["a password in an address", /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@"'`$<{]+:[^\s/@"'`$<{]{6,}@/i],
    [
        "a password or a key that is set",
        /\b(password|passwd|secret|api[_-]?key|auth[_-]?token)["']?\s*[:=]\s*["'][^"'\s$<{]{12,}["']/i,
    ],
    ["a password of Wi-Fi in a file of settings", /\b(psk|wpa_passphrase)\s*=\s*\S{8,}/],
]
/** Hashes of packages, which npm writes. */
const NOT_LOOKED_AT = ["package-lock.json"]
/** Made up for the test that they are in, and used nowhere else. */
const KNOWN = [
    { file: "test/server/captured-link.ts", what: "64 hex digits, as keys have" },
    { file: "test/wire/vectors.ts", what: "64 hex digits, as keys have" },
]

/** Lines such as "path:12: a private key"; the secret itself is not repeated. */
export function secretsIn(file: string, text: string): string[] {
    return text
        .split("\n")
        .flatMap((line, at) =>
            PATTERNS.filter(
                ([what, pattern]) =>
                    pattern.test(line) && !KNOWN.some(one => one.file === file && one.what === what)
            ).map(([what]) => `${file}:${at + 1}: ${what}`)
        )
}

/** Undefined without git, since then nobody says which files are tracked. */
export function scanTrackedFiles(): string[] | undefined {
    const { stdout, status } = spawnSync("git", ["ls-files", "-z"], {
        encoding: "utf8",
        maxBuffer: 1 << 26,
    })
    if (status !== 0) return undefined
    return stdout
        .split("\0")
        .filter(file => file !== "" && !NOT_LOOKED_AT.includes(file))
        .flatMap(file => secretsIn(file, readTracked(file)))
}

function readTracked(file: string): string {
    try {
        return readFileSync(file, "latin1")
    } catch {
        // tracked, and deleted since
        return ""
    }
}
