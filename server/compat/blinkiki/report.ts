const DEVICE_ID = 0x19
const VERSION = 0x01
const HEADER_BYTES = 7
/** A slot in which nothing was sampled. */
const NO_DATA = 255

export interface BlinkikiReport {
    uptimeS: number
    /** Pulses of 5 s slots, newest first; null where nothing was sampled. */
    counts: (number | null)[]
}

/** Undefined for what blinkiki's firmware does not send. */
export function decodeReport(body: Buffer): BlinkikiReport | undefined {
    if (body.length < HEADER_BYTES || body[0] !== DEVICE_ID || body[1] !== VERSION) return undefined
    const counts = [...body.subarray(HEADER_BYTES)].map(byte => (byte === NO_DATA ? null : byte))
    return { uptimeS: body.readUInt32BE(3), counts }
}
