import { readFileSync } from "node:fs"
import { createSecureContext } from "node:tls"
import { AppError } from "./errors.js"

/** A certificate with its chain and its key, both PEM. */
export interface TlsFiles {
    cert: Buffer
    key: Buffer
}

/** Undefined without both. Throws AppError `bad_option` that names the option. */
export function readTlsFiles(
    certFile: string | undefined,
    keyFile: string | undefined
): TlsFiles | undefined {
    if (certFile === undefined && keyFile === undefined) return undefined
    if (certFile === undefined || keyFile === undefined)
        throw new AppError("bad_option", "tls-cert and tls-key: must be given together")
    const files = { cert: read("tls-cert", certFile), key: read("tls-key", keyFile) }
    try {
        createSecureContext(files)
    } catch {
        throw new AppError(
            "bad_option",
            `tls-cert, tls-key: ${certFile} and ${keyFile} are no certificate and its key in PEM`
        )
    }
    return files
}

function read(option: string, file: string): Buffer {
    try {
        return readFileSync(file)
    } catch {
        throw new AppError("bad_option", `${option}: the file ${file} cannot be read`)
    }
}
