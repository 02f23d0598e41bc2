/**
 * Unsigned numbers of up to 16 bits in a Buffer, lowest bit first. Writers and readers take the offset
 * in bits; writers return the offset after what they wrote.
 */

/** Writes into bits that were zero. `value` is below 2 to the power of `bits`. */
export function putBits(buf: Buffer, bitAt: number, value: number, bits: number): number {
    let rest = value << (bitAt & 7)
    for (let at = bitAt >> 3; rest > 0; at++) {
        buf[at] = buf[at] | (rest & 255)
        rest = rest >> 8
    }
    return bitAt + bits
}

export function getBits(buf: Buffer, bitAt: number, bits: number): number {
    const at = bitAt >> 3
    // what lies behind the end is undefined, which counts as zero here
    const window = buf[at] | (buf[at + 1] << 8) | (buf[at + 2] << 16)
    return (window >> (bitAt & 7)) & ((1 << bits) - 1)
}
