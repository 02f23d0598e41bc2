import { AppError } from "./errors.js"
import type { Store } from "./store/store.js"

export const DEVICE_KEY_BYTES = 32

export interface NewDevice {
    /** 16 lowercase hex digits. */
    id: string
    name: string
    /** The first by default; null leaves it to be claimed. */
    homeId?: number | null
    /** 32 bytes, not all zero: the runtime panics on such a key. */
    key: Buffer
}

/** Path of a device's link on this server. */
export function linkPath(deviceId: string): string {
    return `/wssk/${deviceId}`
}

/** Makes a device known. Throws AppError `bad_request` or `conflict`. */
export function provisionDevice(store: Store, { id, name, key, homeId }: NewDevice): void {
    if (!/^[0-9a-f]{16}$/.test(id))
        throw new AppError("bad_request", "id: must be 16 lowercase hex digits")
    if (key.length !== DEVICE_KEY_BYTES || key.every(byte => byte === 0))
        throw new AppError("bad_request", "key: must be 32 bytes that are not all zero")
    store.createDevice(id, key, name, homeId)
}
