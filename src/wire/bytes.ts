/**
 * Little-endian integers in a Buffer, by index only: the one part of Buffer that is the same on the
 * device and in Node. Writers return the offset after what they wrote.
 */

export function putU8(buf: Buffer, at: number, value: number): number {
    buf[at] = value
    return at + 1
}

export function putU16(buf: Buffer, at: number, value: number): number {
    buf[at] = value & 0xff
    buf[at + 1] = (value >> 8) & 0xff
    return at + 2
}

export function putU32(buf: Buffer, at: number, value: number): number {
    return putBytes(buf, at, value, 4)
}

/** 48 bits hold Unix milliseconds until the year 10889. */
export function putU48(buf: Buffer, at: number, value: number): number {
    return putBytes(buf, at, value, 6)
}

function putBytes(buf: Buffer, at: number, value: number, size: number): number {
    let rest = value
    for (let i = 0; i < size; i++) {
        const next = Math.floor(rest / 256)
        buf[at + i] = rest - next * 256
        rest = next
    }
    return at + size
}

/** Two's complement, -32,768 to 32,767. */
export function putI16(buf: Buffer, at: number, value: number): number {
    return putU16(buf, at, value < 0 ? value + 65536 : value)
}

/** Two's complement, -2^31 to 2^31 - 1. */
export function putI32(buf: Buffer, at: number, value: number): number {
    return putU32(buf, at, value < 0 ? value + 4294967296 : value)
}

export function getU16(buf: Buffer, at: number): number {
    return buf[at] + buf[at + 1] * 256
}

export function getU32(buf: Buffer, at: number): number {
    return getU16(buf, at) + getU16(buf, at + 2) * 65536
}

export function getU48(buf: Buffer, at: number): number {
    return getU32(buf, at) + getU16(buf, at + 4) * 4294967296
}

export function getI16(buf: Buffer, at: number): number {
    const value = getU16(buf, at)
    return value < 32768 ? value : value - 65536
}

export function getI32(buf: Buffer, at: number): number {
    const value = getU32(buf, at)
    return value < 2147483648 ? value : value - 4294967296
}

/** Signed whole numbers as unsigned ones, small for values near 0: 0, -1, 1, -2 become 0, 1, 2, 3. */
export function toZigzag(value: number): number {
    return value < 0 ? -2 * value - 1 : 2 * value
}

export function fromZigzag(value: number): number {
    const half = Math.floor(value / 2)
    return half * 2 === value ? half : -half - 1
}

/** Bytes that {@link putVarint} needs for a value. */
export function varintSize(value: number): number {
    let size = 1
    for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) size++
    return size
}

/** Unsigned LEB128: seven bits a byte, lowest first, the top bit says that more follow. */
export function putVarint(buf: Buffer, at: number, value: number): number {
    let rest = value
    let next = at
    while (rest >= 128) {
        const high = Math.floor(rest / 128)
        buf[next++] = 128 + (rest - high * 128)
        rest = high
    }
    buf[next++] = rest
    return next
}

/** Reads varints one after the other; `failed` once one is cut off or longer than five bytes. */
export class VarintReader {
    failed = false

    constructor(
        private readonly buf: Buffer,
        public at: number
    ) {}

    isAtEnd(): boolean {
        return this.at === this.buf.length
    }

    next(): number {
        let value = 0
        let scale = 1
        for (let i = 0; i < 5; i++) {
            if (this.at >= this.buf.length) break
            const byte = this.buf[this.at++]
            value += (byte & 127) * scale
            if (byte < 128) return value
            scale *= 128
        }
        this.failed = true
        return 0
    }
}
