import { auditPackages } from "./checks/audit.js"

const EXIT_CODES = { passed: 0, failed: 1, skipped: 77 }

const { outcome, text } = auditPackages()
if (text) console.log(text)
process.exitCode = EXIT_CODES[outcome]
