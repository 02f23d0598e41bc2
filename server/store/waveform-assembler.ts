import type { WaveformPiece } from "../../src/wire/waveform.js"

/** No ADC reads this: the sample's piece has not come yet. */
const NOT_COME = 0xffff
const CODE_BYTES = 2

/** A waveform of which some pieces may be missing: one u16 a sample, little-endian. */
export interface WaveformCodes {
    voltage: Buffer
    current: Buffer
}

export function emptyCodes(samples: number): WaveformCodes {
    return {
        voltage: Buffer.alloc(samples * CODE_BYTES, NOT_COME & 0xff),
        current: Buffer.alloc(samples * CODE_BYTES, NOT_COME & 0xff),
    }
}

/** Puts a piece where it belongs, in any order and any number of times. */
export function placePiece(codes: WaveformCodes, piece: WaveformPiece): void {
    piece.voltage.forEach((code, at) => {
        const offset = (piece.firstSample + at) * CODE_BYTES
        codes.voltage.writeUInt16LE(code, offset)
        codes.current.writeUInt16LE(piece.current[at], offset)
    })
}

/** The codes as numbers; null where a piece is missing. */
export function readCodes(codes: Buffer): (number | null)[] {
    return Array.from({ length: codes.length / CODE_BYTES }, (_, at) => {
        const code = codes.readUInt16LE(at * CODE_BYTES)
        return code === NOT_COME ? null : code
    })
}

/** Has every piece come? */
export function isComplete(codes: WaveformCodes): boolean {
    return !readCodes(codes.voltage).includes(null)
}
