import { getI16, getU16, getU48, putI16, putU8, putU16, putU48 } from "./bytes.js"
import { MAX_CHANNELS, PROTOCOL_VERSION } from "./limits.js"

/** What one channel's sensor sees, sample by sample, to aim it by. Never stored, never acknowledged. */
export interface Level {
    channel: number
    /** Of the first sample. */
    uptimeMs: number
    /** Between two samples, as asked for. */
    stepMs: number
    /**
     * What the signal is like, as its detector has learned it; empty where a pin has two levels only or
     * carries mains. In order: its level between two pulses, mV; a pulse's height over that, mV, below 0 of
     * a dip, 0 while it is not known; standard deviation of the noise, 0.1 mV; edges seen and not counted
     * since boot, modulo 65,536.
     */
    signal: number[]
    /** 0 to 65,535; a digital input gives 0 or 3,300. */
    millivolts: number[]
}

/** Of a message with a signal; one without has PROTOCOL_VERSION. */
const SIGNAL_VERSION = 2
const SIGNAL_FIGURES = 4
const HEADER_BYTES = 10
/** One second of samples. */
export const MAX_LEVEL_SAMPLES = 100

/** Throws RangeError past MAX_LEVEL_SAMPLES. */
export function encodeLevel(level: Level): Buffer {
    const { signal, millivolts } = level
    const count = millivolts.length
    if (count > MAX_LEVEL_SAMPLES) throw new RangeError("level: more than 100 samples")
    const buf = Buffer.alloc(HEADER_BYTES + (signal.length + count) * 2)
    putU8(buf, 0, signal.length > 0 ? SIGNAL_VERSION : PROTOCOL_VERSION)
    putU8(buf, 1, level.channel)
    putU48(buf, 2, level.uptimeMs)
    let at = putU16(buf, 8, level.stepMs)
    for (const figure of signal) at = putI16(buf, at, figure)
    for (const millivolt of millivolts) at = putU16(buf, at, millivolt)
    return buf
}

/** Returns the reason as a string when the bytes are not a level message. */
export function decodeLevel(buf: Buffer): Level | string {
    if (buf.length < HEADER_BYTES) return "level: shorter than its header"
    const figures = buf[0] === SIGNAL_VERSION ? SIGNAL_FIGURES : 0
    if (figures === 0 && buf[0] !== PROTOCOL_VERSION) return `level: unknown version ${buf[0]}`
    if (buf[1] >= MAX_CHANNELS) return "level: channel above 15"
    const samplesAt = HEADER_BYTES + figures * 2
    const sampleBytes = buf.length - samplesAt
    if (sampleBytes < 0 || sampleBytes % 2 !== 0 || sampleBytes > MAX_LEVEL_SAMPLES * 2)
        return "level: length does not fit"
    const signal: number[] = []
    for (let i = 0; i < figures; i++)
        signal.push((i < 2 ? getI16 : getU16)(buf, HEADER_BYTES + i * 2))
    const millivolts: number[] = []
    for (let at = samplesAt; at < buf.length; at += 2) millivolts.push(getU16(buf, at))
    return { channel: buf[1], uptimeMs: getU48(buf, 2), stepMs: getU16(buf, 8), signal, millivolts }
}
