import { scanTrackedFiles } from "./checks/secrets.js"

const SKIPPED = 77

const found = scanTrackedFiles()
if (found === undefined) {
    console.log("without git nobody says which files are tracked")
    process.exitCode = SKIPPED
} else if (found.length > 0) {
    console.log(found.join("\n"))
    process.exitCode = 1
}
