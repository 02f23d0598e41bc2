import { promisify } from "node:util"
import { gunzip } from "node:zlib"
import { AppError } from "../../errors.js"
import { type OpenstromPackage, packageSchema } from "./package-schema.js"
import { packageFromXml } from "./package-xml.js"

/** As it comes, packed or not. */
export const MAX_BODY_BYTES = 262_144
/** Ten channels with an hour of readings each, in XML, with room to spare. */
export const MAX_UNPACKED_BYTES = 2_097_152

const unpack = promisify(gunzip)

interface Body {
    bytes: Buffer
    isXml: boolean
    /** Of the header, if there is one. */
    encoding: string | undefined
}

/** The package in a request's body, checked. Throws AppError. */
export async function readPackage({ bytes, isXml, encoding }: Body): Promise<OpenstromPackage> {
    const text = decode(await unpacked(bytes, encoding))
    const found = packageSchema.safeParse(isXml ? packageFromXml(text) : fromJson(text))
    if (found.success) return found.data
    const [{ path, message }] = found.error.issues
    throw new AppError("bad_request", path.length > 0 ? `${path.join(".")}: ${message}` : message)
}

async function unpacked(bytes: Buffer, encoding = "identity"): Promise<Buffer> {
    if (encoding === "identity") return bytes
    if (encoding !== "gzip")
        throw new AppError("unsupported_media_type", "Content-Encoding: must be gzip or none")
    try {
        return await unpack(bytes, { maxOutputLength: MAX_UNPACKED_BYTES })
    } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE")
            throw new AppError(
                "too_large",
                `The unpacked package is larger than ${MAX_UNPACKED_BYTES / 1024} kB.`
            )
        throw new AppError("bad_request", "The body is not gzip.")
    }
}

function decode(bytes: Buffer): string {
    try {
        return new TextDecoder("utf-8", { fatal: true }).decode(bytes)
    } catch {
        throw new AppError("bad_request", "The package is not UTF-8.")
    }
}

function fromJson(text: string): unknown {
    try {
        return JSON.parse(text)
    } catch {
        throw new AppError("bad_request", "The body is not valid JSON.")
    }
}
