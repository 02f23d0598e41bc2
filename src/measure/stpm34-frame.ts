/*
 * Frames of the STPM34's serial port (data sheet DS10272 Rev 8, section 8.6.2 and table 24): read
 * address, write address, two bytes of data, low one first, and a CRC-8. The answer to a frame is the
 * row that the frame before it asked for: four bytes, low one first, and a CRC-8.
 */

import { NO_ADDRESS } from "./stpm34-registers.js"

export const FRAME_BYTES = 5

let madeTable: Buffer | undefined

/** CRC-8 of four bytes: polynomial x^8 + x^2 + x + 1, begins at 0 (table 25). */
export function crcOf(buf: Buffer, at: number): number {
    const table = crcTable()
    const crc = table[table[table[buf[at]] ^ buf[at + 1]] ^ buf[at + 2]]
    return table[crc ^ buf[at + 3]]
}

/** Not made in a program without metering chips. */
function crcTable(): Buffer {
    if (madeTable) return madeTable
    const table = Buffer.alloc(256)
    for (let byte = 0; byte < 256; byte++) {
        let crc = byte
        for (let bit = 0; bit < 8; bit++) crc = crc & 0x80 ? ((crc << 1) & 0xff) ^ 0x07 : crc << 1
        table[byte] = crc
    }
    madeTable = table
    return table
}

/** Puts one frame; `half` is the 16 bits to write. */
export function putFrame(
    buf: Buffer,
    at: number,
    readAt: number,
    writeAt: number,
    half: number
): void {
    buf[at] = readAt
    buf[at + 1] = writeAt
    buf[at + 2] = half & 0xff
    buf[at + 3] = (half >> 8) & 0xff
    buf[at + 4] = crcOf(buf, at)
}

/** Frames that read rows one after the other; the row of `addresses[i]` is frame i + 1 of the answer. */
export function readFrames(addresses: number[]): Buffer {
    const count = addresses.length
    const buf = Buffer.alloc((count + 1) * FRAME_BYTES)
    for (let i = 0; i < count; i++) putFrame(buf, i * FRAME_BYTES, addresses[i], NO_ADDRESS, 0xffff)
    putFrame(buf, count * FRAME_BYTES, NO_ADDRESS, NO_ADDRESS, 0xffff)
    return buf
}

/** Whether every row that was asked for came whole. The first frame answers an older question. */
export function isAnswerGood(answer: Buffer, rows: number): boolean {
    const end = (rows + 1) * FRAME_BYTES
    if (answer.length !== end) return false
    for (let at = FRAME_BYTES; at < end; at += FRAME_BYTES)
        if (crcOf(answer, at) !== answer[at + 4]) return false
    return true
}

/** A row of an answer as a number without sign. */
export function rowOf(answer: Buffer, row: number): number {
    const at = (row + 1) * FRAME_BYTES
    const low = answer[at] + answer[at + 1] * 256
    return low + (answer[at + 2] + answer[at + 3] * 256) * 65536
}

/** The bits of a row from `unit` on, as many as count to `span`; both are powers of two. */
export function fieldOf(answer: Buffer, row: number, unit: number, span: number): number {
    const shifted = Math.floor(rowOf(answer, row) / unit)
    return shifted - Math.floor(shifted / span) * span
}

/** The lowest bits of a row as two's complement; `span` is 2 to the number of bits. */
export function signedOf(answer: Buffer, row: number, span: number): number {
    const value = fieldOf(answer, row, 1, span)
    return value + value >= span ? value - span : value
}
