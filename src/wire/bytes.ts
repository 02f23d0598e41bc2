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

export function getU16(buf: Buffer, at: number): number {
    return buf[at] + buf[at + 1] * 256
}

export function getU32(buf: Buffer, at: number): number {
    return getU16(buf, at) + getU16(buf, at + 2) * 65536
}

export function getU48(buf: Buffer, at: number): number {
    return getU32(buf, at) + getU16(buf, at + 4) * 4294967296
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
