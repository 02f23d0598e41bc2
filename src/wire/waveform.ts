import {
    fromZigzag,
    getI16,
    getU16,
    putI16,
    putU8,
    putU16,
    putVarint,
    toZigzag,
    VarintReader,
    varintSize,
} from "./bytes.js"
import { getHead, HEAD_BYTES, putHead, WAVEFORM_LOG } from "./head.js"
import { MAX_CHANNELS, MAX_REPORT_BYTES, PROTOCOL_VERSION } from "./limits.js"

/** What every piece of a waveform says. docs/protocol.md, "Waveform piece". */
export interface WaveformInfo {
    bootId: number
    /** Start of the burst: Unix ms, or ms since boot when `isUptime`. */
    startMs: number
    isUptime: boolean
    /** The mains channel, 0 to 15. */
    channel: number
    /** 0 for a command, else the code of the event that asked for it. */
    cause: number
    /** From one sample to the next, ns, in steps of 10; 0 while unknown. */
    sampleNs: number
}

/** Some samples of a waveform. */
export interface WaveformPiece extends WaveformInfo {
    sequence: number
    /** From 0 to below `pieces`. */
    piece: number
    pieces: number
    /** Samples in all pieces. */
    samples: number
    /** Index of this piece's first sample. */
    firstSample: number
    /** ADC codes; all 0 without a voltage input. */
    voltage: number[]
    /** ADC codes, each half a sample after its voltage. */
    current: number[]
}

/** Greatest code that travels: of a 12-bit ADC, or a chip's sample in as many bits. */
const MAX_CODE = 4095
/** Encoding more takes longer than the runtime lets a program run uninterrupted. */
const MAX_SAMPLES = 320

const CHANNEL_AT = HEAD_BYTES
const PIECES_AT = HEAD_BYTES + 2
const HEADER_BYTES = HEAD_BYTES + 10

/**
 * Cuts the first `samples` ADC codes of a snapshot into encoded pieces, sequence 0 each; `voltage`
 * undefined without a voltage input. Throws RangeError for no sample or too many.
 */
export function encodeWaveform(
    info: WaveformInfo,
    voltage: number[] | undefined,
    current: number[],
    samples: number
): Buffer[] {
    if (samples < 1 || samples > MAX_SAMPLES)
        throw new RangeError("waveform: sample count not 1 to 320")
    const pieces: Buffer[] = []
    const buf = Buffer.alloc(MAX_REPORT_BYTES)
    let next = 0
    while (next < samples) {
        const first = next
        let at = putPieceHeader(buf, info, pieces.length, samples, first)
        let lastV = 0
        let lastI = 0
        while (next < samples) {
            // a pin's reading is a fraction, so its code may be off by a rounding
            const v = voltage ? Math.floor(voltage[next] + 0.5) : 0
            const i = Math.floor(current[next] + 0.5)
            const voltageStep = toZigzag(v - lastV)
            const currentStep = toZigzag(i - lastI)
            if (at + varintSize(voltageStep) + varintSize(currentStep) > MAX_REPORT_BYTES) break
            at = putVarint(buf, putVarint(buf, at, voltageStep), currentStep)
            lastV = v
            lastI = i
            next++
        }
        const piece = Buffer.alloc(at)
        piece.set(buf.slice(0, at), 0)
        pieces.push(piece)
    }
    for (const piece of pieces) piece[PIECES_AT] = pieces.length
    return pieces
}

function putPieceHeader(
    buf: Buffer,
    info: WaveformInfo,
    piece: number,
    samples: number,
    firstSample: number
): number {
    const head = {
        channel: WAVEFORM_LOG,
        bootId: info.bootId,
        sequence: 0,
        startMs: info.startMs,
        isUptime: info.isUptime,
    }
    let at = putHead(buf, head, 0)
    at = putU8(buf, at, info.channel)
    at = putU8(buf, at, piece)
    at = putU8(buf, at, 0)
    at = putU8(buf, at, info.cause)
    at = putU16(buf, at, Math.min(Math.floor(info.sampleNs / 10 + 0.5), 65535))
    at = putU16(buf, at, samples)
    return putI16(buf, at, firstSample)
}

/** Returns the reason as a string when the bytes are not a piece of a waveform. */
export function decodeWaveformPiece(buf: Buffer): WaveformPiece | string {
    if (buf.length < HEADER_BYTES) return "waveform: shorter than its header"
    if (buf[0] !== PROTOCOL_VERSION) return `waveform: unknown version ${buf[0]}`
    const head = getHead(buf)
    if (head.channel !== WAVEFORM_LOG) return "waveform: not of the waveform store"
    if (buf[CHANNEL_AT] >= MAX_CHANNELS) return "waveform: channel above 15"
    const piece: WaveformPiece = {
        bootId: head.bootId,
        sequence: head.sequence,
        startMs: head.startMs,
        isUptime: head.isUptime,
        channel: buf[CHANNEL_AT],
        piece: buf[CHANNEL_AT + 1],
        pieces: buf[PIECES_AT],
        cause: buf[CHANNEL_AT + 3],
        sampleNs: getU16(buf, CHANNEL_AT + 4) * 10,
        samples: getU16(buf, CHANNEL_AT + 6),
        firstSample: getI16(buf, CHANNEL_AT + 8),
        voltage: [],
        current: [],
    }
    if (piece.piece >= piece.pieces) return "waveform: more pieces than announced"
    if (piece.samples < 1 || piece.samples > MAX_SAMPLES)
        return "waveform: sample count not 1 to 320"
    return readSamples(buf, piece) || piece
}

/** Fills in the samples; returns the reason when they are not right. */
function readSamples(buf: Buffer, piece: WaveformPiece): string | undefined {
    const reader = new VarintReader(buf, HEADER_BYTES)
    let voltage = 0
    let current = 0
    while (reader.at < buf.length) {
        voltage += fromZigzag(reader.next())
        current += fromZigzag(reader.next())
        if (reader.failed) return "waveform: length does not fit its contents"
        if (!isCode(voltage) || !isCode(current)) return "waveform: a code not 0 to 4095"
        piece.voltage.push(voltage)
        piece.current.push(current)
    }
    const count = piece.voltage.length
    if (count < 1) return "waveform: a piece without samples"
    if (piece.firstSample < 0 || piece.firstSample + count > piece.samples)
        return "waveform: samples outside of the waveform"
    return undefined
}

function isCode(value: number): boolean {
    return value >= 0 && value <= MAX_CODE
}
