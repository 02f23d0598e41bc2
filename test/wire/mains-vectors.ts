import type { DeviceEvent } from "../../src/wire/event.js"
import type { Live } from "../../src/wire/live.js"
import type { Malformed } from "./vectors.js"

/*
 * Other messages of mains channels beside their bytes. A plain module, because it runs on the device too:
 * see test/device/mains-wire.ts.
 */

const BOOT_ID = 0x1a2b3c4d
const START_MS = 1767225600000

export const EVENT_VECTORS: { name: string; message: DeviceEvent; hex: string }[] = [
    {
        name: "a sag of three cycles",
        message: {
            bootId: BOOT_ID,
            sequence: 2,
            startMs: START_MS,
            isUptime: false,
            code: 10,
            channel: 3,
            value: 16100,
            durationMs: 60,
        },
        hex: "0110004d3c2b1a0200000000a8da769b010a03e43e00003c000000",
    },
    {
        name: "the device itself, before it knew the time, with the least value",
        message: {
            bootId: 0xffffffff,
            sequence: 0xffffffff,
            startMs: 1,
            isUptime: true,
            code: 255,
            channel: 255,
            value: -2147483648,
            durationMs: 4294967295,
        },
        hex: "011001ffffffffffffffff010000000000ffff00000080ffffffff",
    },
]

export const MALFORMED_EVENTS: Malformed[] = [
    { hex: "", reason: "event: length does not fit" },
    {
        hex: "0110004d3c2b1a0200000000a8da769b010a03e43e00003c0000",
        reason: "event: length does not fit",
    },
    {
        hex: "0210004d3c2b1a0200000000a8da769b010a03e43e00003c000000",
        reason: "event: unknown version 2",
    },
    {
        hex: "0111004d3c2b1a0200000000a8da769b010a03e43e00003c000000",
        reason: "event: not of the event log",
    },
    { hex: "0110004d3c2b1a0200000000a8da769b010003e43e00003c000000", reason: "event: no code" },
    {
        hex: "0110004d3c2b1a0200000000a8da769b010a10e43e00003c000000",
        reason: "event: channel not 0 to 15 or 255",
    },
]

export const WAVEFORM_VECTORS = [
    {
        name: "three samples on command",
        info: {
            bootId: BOOT_ID,
            startMs: START_MS,
            isUptime: false,
            channel: 4,
            cause: 0,
            sampleNs: 160000,
        },
        voltage: [2048, 2112, 4095],
        current: [2047, 1983, 0],
        hex: [
            "0111004d3c2b1a0000000000a8da769b010400010080" +
                "3e03000000" +
                "8020fe1f80017ffe1efd1e",
        ],
    },
    {
        name: "one sample after a sag, of unknown rate and without voltage",
        info: {
            bootId: BOOT_ID,
            startMs: 1,
            isUptime: true,
            channel: 15,
            cause: 10,
            sampleNs: 0,
        },
        voltage: undefined,
        current: [4095],
        hex: ["0111014d3c2b1a000000000100000000000f00010a000001000000" + "00fe3f"],
    },
]

const PIECE = "0111004d3c2b1a0000000000a8da769b01"

export const MALFORMED_WAVEFORMS: Malformed[] = [
    { hex: "", reason: "waveform: shorter than its header" },
    { hex: PIECE, reason: "waveform: shorter than its header" },
    {
        hex: `02${PIECE.slice(2)}04000100803e030000008020fe1f`,
        reason: "waveform: unknown version 2",
    },
    {
        hex: `0110${PIECE.slice(4)}04000100803e030000008020fe1f`,
        reason: "waveform: not of the waveform store",
    },
    { hex: `${PIECE}10000100803e030000008020fe1f`, reason: "waveform: channel above 15" },
    { hex: `${PIECE}04010100803e030000008020fe1f`, reason: "waveform: more pieces than announced" },
    { hex: `${PIECE}04000100803e000000008020fe1f`, reason: "waveform: sample count not 1 to 320" },
    { hex: `${PIECE}04000100803e410100008020fe1f`, reason: "waveform: sample count not 1 to 320" },
    { hex: `${PIECE}04000100803e03000000`, reason: "waveform: a piece without samples" },
    {
        hex: `${PIECE}04000100803e030000008020`,
        reason: "waveform: length does not fit its contents",
    },
    { hex: `${PIECE}04000100803e030000008020ff1f8180`, reason: "waveform: a code not 0 to 4095" },
    { hex: `${PIECE}04000100803e0300000001fe1f`, reason: "waveform: a code not 0 to 4095" },
    {
        hex: `${PIECE}04000100803e030003008020fe1f`,
        reason: "waveform: samples outside of the waveform",
    },
    {
        hex: `${PIECE}04000100803e0300ffff8020fe1f`,
        reason: "waveform: samples outside of the waveform",
    },
]

export const LIVE_MAINS_VECTORS: { name: string; message: Live; hex: string }[] = [
    {
        name: "a pulse channel, one that draws and one that delivers",
        message: {
            bootId: BOOT_ID,
            uptimeMs: 1000,
            channels: [{ channel: 0, countSinceBoot: 61, intervalMs: 1440, sinceLastMs: 250 }],
            mains: [
                { channel: 1, powerDw: 23000, currentMa: 10000, voltageCv: 23000 },
                { channel: 15, powerDw: -5, currentMa: 0, voltageCv: 4294967295 },
            ],
        },
        hex:
            "014d3c2b1ae80300000000" +
            "03" +
            "003d000000a0050000fa000000" +
            "81d859000010270000d8590000" +
            "8ffbffffff00000000ffffffff",
    },
]
