import { isIP } from "node:net"
import { AppError } from "./errors.js"

export const DEFAULT_PORT = 8087
/** Only this machine, until somebody decides otherwise. */
export const DEFAULT_HOST = "127.0.0.1"
export const DEFAULT_DATA_DIR = "data"

export interface ListenOptions {
    /** 0 takes any free port. */
    port: number
    host: string
    dataDir: string
    /** PEM files; both or none. */
    tlsCert?: string
    tlsKey?: string
    /** Addresses or networks such as 10.0.0.0/8; a name is none. */
    trustedProxies?: string[]
}

/** Throws AppError `bad_option` that names the option. */
export function checkOptions({ port, host, dataDir, trustedProxies = [] }: ListenOptions): void {
    if (!Number.isInteger(port) || port < 0 || port > 65535)
        throw new AppError("bad_option", "port: must be a whole number from 0 to 65535")
    if (host === "") throw new AppError("bad_option", "host: must not be empty")
    for (const proxy of trustedProxies)
        if (!isNetwork(proxy))
            throw new AppError(
                "bad_option",
                `trust-proxy: ${proxy} is no address and no network such as 10.0.0.0/8`
            )
    if (dataDir === "") throw new AppError("bad_option", "data: must name a folder")
}

function isNetwork(text: string): boolean {
    const [address, bits, ...rest] = text.split("/")
    const family = isIP(address)
    if (family === 0 || rest.length > 0) return false
    if (bits === undefined) return true
    return /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128)
}
