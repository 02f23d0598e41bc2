/*
 * Rows and frames of the model of the STPM34 (data sheet DS10272 Rev 8, table 42 and section 8.6).
 */

/** Rows that are not 0 after a reset. */
export const RESET_ROWS: [number, number][] = [
    [0x00, 0x040000a0],
    [0x02, 0x040000a0],
    [0x04, 0x000004e0],
    [0x08, 0x003ff800],
    [0x0a, 0x003ff800],
    [0x0c, 0x003ff800],
    [0x0e, 0x003ff800],
    [0x10, 0x00000fff],
    [0x12, 0x00000fff],
    [0x14, 0x00000fff],
    [0x16, 0x00000fff],
    [0x18, 0x0f270327],
    [0x1a, 0x03270327],
    [0x24, 0x00004007],
    [0x26, 0x00000683],
]

/** Bit 0 or 1: whose latch bit holds a result register. */
export function channelsOf(address: number): number {
    if (address === 0x2e) return 3
    if (address >= 0x6c) return 2
    return [0x2c, 0x34, 0x36, 0x3c, 0x3e, 0x4a, 0x50, 0x52].includes(address) ? 2 : 1
}

/** Lowest bits of a value, rounded down, as two's complement. */
export function twos(value: number, bits: number): number {
    const whole = Math.floor(value)
    const span = 2 ** bits
    return whole - Math.floor(whole / span) * span
}

/** CRC-8, x^8 + x^2 + x + 1, bit by bit. */
export function crcOf(bytes: Uint8Array): number {
    let crc = 0
    for (const byte of bytes) {
        crc ^= byte
        for (let bit = 0; bit < 8; bit++) crc = crc > 127 ? (crc * 2 - 256) ^ 7 : crc * 2
    }
    return crc
}
