import { existsSync } from "node:fs"
import { resolve } from "node:path"

/** Folder of real recordings, which are not part of the project. */
const RECORDINGS = resolve(process.env["METERBEAT_DATA"] ?? "../shared/data")

export const hasRecordings = existsSync(RECORDINGS)

/** For scenarios, which name the folder by its variable. */
process.env["METERBEAT_DATA"] ??= RECORDINGS
