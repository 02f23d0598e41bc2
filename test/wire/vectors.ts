import type { Ack } from "../../src/wire/ack.js"
import type { Command } from "../../src/wire/command.js"
import type { Hello } from "../../src/wire/hello.js"
import type { Level } from "../../src/wire/level.js"
import type { Live } from "../../src/wire/live.js"

/*
 * Messages beside their bytes. A plain module, because it runs on the device too: see
 * test/device/tables.ts. Reports are in report-vectors.ts.
 */

/** Bytes that a decoder refuses, and what it says. */
export interface Malformed {
    hex: string
    reason: string
}

const BOOT_ID = 0x1a2b3c4d
const SERVER_MS = 1767225600123

export const HELLO_VECTORS: { name: string; message: Hello; hex: string }[] = [
    {
        name: "three channels",
        message: {
            bootId: BOOT_ID,
            uptimeMs: 1234,
            board: "meterbeat_esp32",
            kinds: [0, 1, 1],
        },
        hex: "014d3c2b1ad204000000000f036d65746572626561745f6573703332000101",
    },
    {
        name: "the longest",
        message: {
            bootId: 0xffffffff,
            uptimeMs: 281474976710655,
            board: "abcdefghijklmnopqrstuvwxyz-_.~!0",
            kinds: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        },
        hex:
            "01ffffffffffffffffffff2010" +
            "6162636465666768696a6b6c6d6e6f707172737475767778797a2d5f2e7e2130" +
            "000102030405060708090a0b0c0d0e0f",
    },
    {
        name: "no channel, and the shortest board name",
        message: { bootId: 0, uptimeMs: 0, board: "b", kinds: [] },
        hex: "0100000000000000000000010062",
    },
    {
        name: "the version of its settings",
        message: { bootId: 1, uptimeMs: 2, board: "b", kinds: [5], settingsVersion: 258 },
        hex: "010100000002000000000001016205" + "02010000",
    },
]

export const MALFORMED_HELLOS: Malformed[] = [
    { hex: "", reason: "hello: shorter than its header" },
    { hex: "01000000000000000000000100", reason: "hello: length does not fit" },
    { hex: "0200000000000000000000010062", reason: "hello: unknown version 2" },
    { hex: "01000000000000000000000000", reason: "hello: board not 1 to 32 characters" },
    { hex: "01000000000000000000002100", reason: "hello: board not 1 to 32 characters" },
    { hex: "0100000000000000000000011162", reason: "hello: more than 16 channels" },
    { hex: "010000000000000000000001006200", reason: "hello: length does not fit" },
    { hex: "0100000000000000000000010020", reason: "hello: board is not printable ASCII" },
    { hex: "010000000000000000000001007f", reason: "hello: board is not printable ASCII" },
]

export const ACK_VECTORS: { name: string; message: Ack; hex: string }[] = [
    {
        name: "two reports",
        message: {
            bootId: BOOT_ID,
            serverTimeMs: SERVER_MS,
            reports: [
                { channel: 0, sequence: 7 },
                { channel: 15, sequence: 0xffffffff },
            ],
        },
        hex: "014d3c2b1a7ba8da769b010200070000000fffffffff",
    },
    {
        name: "the answer to a hello",
        message: {
            bootId: BOOT_ID,
            serverTimeMs: SERVER_MS,
            reports: [{ channel: 19, sequence: 705032704 }],
        },
        hex: "014d3c2b1a7ba8da769b01011300f2052a",
    },
    {
        name: "no report",
        message: { bootId: BOOT_ID, serverTimeMs: SERVER_MS, reports: [] },
        hex: "014d3c2b1a7ba8da769b0100",
    },
]

/** What an ack names a hello by, from its uptime. */
export const HELLO_SEQUENCES: { uptimeMs: number; sequence: number }[] = [
    { uptimeMs: 0, sequence: 0 },
    { uptimeMs: 4294967295, sequence: 4294967295 },
    { uptimeMs: 4294967296, sequence: 0 },
    { uptimeMs: 5000000000, sequence: 705032704 },
    { uptimeMs: 315360000000, sequence: 1827387392 },
]

export const MALFORMED_ACKS: Malformed[] = [
    { hex: "", reason: "ack: shorter than its header" },
    { hex: "014d3c2b1a7ba8da769b01", reason: "ack: shorter than its header" },
    { hex: "004d3c2b1a7ba8da769b0100", reason: "ack: unknown version 0" },
    { hex: "014d3c2b1a7ba8da769b010100000000", reason: "ack: length does not fit" },
    { hex: "014d3c2b1a7ba8da769b010000", reason: "ack: length does not fit" },
]

export const LIVE_VECTORS: { name: string; message: Live; hex: string }[] = [
    {
        name: "a busy channel and one without a pulse, two months after boot",
        message: {
            bootId: BOOT_ID,
            uptimeMs: 5000000000,
            channels: [
                { channel: 0, countSinceBoot: 61, intervalMs: 1440, sinceLastMs: 250 },
                { channel: 1, countSinceBoot: 0, intervalMs: 0, sinceLastMs: 0 },
            ],
        },
        hex:
            "014d3c2b1a00f2052a010002" +
            "003d000000a0050000fa000000" +
            "01000000000000000000000000",
    },
]

export const MALFORMED_LIVES: Malformed[] = [
    { hex: "", reason: "live: shorter than its header" },
    { hex: "024d3c2b1a00f2052a010000", reason: "live: unknown version 2" },
    { hex: "014d3c2b1a00f2052a010011", reason: "live: more than 16 channels" },
    { hex: "014d3c2b1a00f2052a010001", reason: "live: length does not fit" },
    { hex: "014d3c2b1a00f2052a01000000", reason: "live: length does not fit" },
]

export const COMMAND_VECTORS: { name: string; message: Command; hex: string }[] = [
    { name: "live for half a minute", message: { kind: "live", seconds: 30 }, hex: "01011e00" },
    { name: "no more live", message: { kind: "live", seconds: 0 }, hex: "01010000" },
    { name: "live as long as can be", message: { kind: "live", seconds: 65535 }, hex: "0101ffff" },
    { name: "a waveform", message: { kind: "waveform", channel: 15 }, hex: "01020f" },
    {
        name: "levels for two minutes",
        message: { kind: "level", channel: 3, seconds: 120 },
        hex: "0103037800",
    },
]

export const MALFORMED_COMMANDS: Malformed[] = [
    { hex: "", reason: "command: unknown version" },
    { hex: "01", reason: "command: unknown version" },
    { hex: "02011e00", reason: "command: unknown version" },
    { hex: "01001e00", reason: "command: unknown kind 0" },
    { hex: "01041e00", reason: "command: unknown kind 4" },
    { hex: "01011e", reason: "command: length does not fit" },
    { hex: "01011e0000", reason: "command: length does not fit" },
    { hex: "0102", reason: "command: length does not fit" },
    { hex: "01031e00", reason: "command: length does not fit" },
    { hex: "010210", reason: "command: channel above 15" },
    { hex: "0103107800", reason: "command: channel above 15" },
]

export const LEVEL_VECTORS: { name: string; message: Level; hex: string }[] = [
    {
        name: "three samples",
        message: {
            channel: 2,
            uptimeMs: 5000000000,
            stepMs: 10,
            signal: [],
            millivolts: [0, 1650, 65535],
        },
        hex: "010200f2052a01000a0000007206ffff",
    },
    {
        name: "no sample",
        message: { channel: 15, uptimeMs: 0, stepMs: 10, signal: [], millivolts: [] },
        hex: "010f0000000000000a00",
    },
    {
        name: "a signal of flashes, and a sample",
        message: {
            channel: 1,
            uptimeMs: 3,
            stepMs: 10,
            signal: [120, 780, 81, 7],
            millivolts: [120],
        },
        hex: "02010300000000000a0078000c03510007007800",
    },
    {
        name: "a signal of dips, at its limits",
        message: {
            channel: 0,
            uptimeMs: 0,
            stepMs: 10,
            signal: [-1, -3300, 33000, 65535],
            millivolts: [],
        },
        hex: "02000000000000000a00ffff1cf3e880ffff",
    },
]

export const MALFORMED_LEVELS: Malformed[] = [
    { hex: "", reason: "level: shorter than its header" },
    { hex: "010f0000000000000a", reason: "level: shorter than its header" },
    { hex: "030f0000000000000a00", reason: "level: unknown version 3" },
    { hex: "020f0000000000000a0000000000000000", reason: "level: length does not fit" },
    { hex: "02000000000000000a00000000000000000000", reason: "level: length does not fit" },
    { hex: "01100000000000000a00", reason: "level: channel above 15" },
    { hex: "010f0000000000000a0000", reason: "level: length does not fit" },
]
