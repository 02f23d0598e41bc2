/** Writes the times of an hour's pulses, ms since its start in order, as varints of their distances. */
export function encodeTimes(timesMs: number[]): Buffer {
    const bytes: number[] = []
    let beforeMs = 0
    for (const timeMs of timesMs) {
        let rest = timeMs - beforeMs
        while (rest >= 0x80) {
            bytes.push((rest & 0x7f) | 0x80)
            rest >>= 7
        }
        bytes.push(rest)
        beforeMs = timeMs
    }
    return Buffer.from(bytes)
}

export function decodeTimes(bytes: Buffer): number[] {
    const timesMs: number[] = []
    let atMs = 0
    let shift = 0
    for (const byte of bytes) {
        atMs += (byte & 0x7f) << shift
        shift += 7
        if (byte >= 0x80) continue
        timesMs.push(atMs)
        shift = 0
    }
    return timesMs
}
