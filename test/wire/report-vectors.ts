import { MISSING, QUALITY_UNKNOWN, type Report } from "../../src/wire/report.js"
import type { Malformed } from "./vectors.js"

export interface ReportVector {
    name: string
    message: Report
    hex: string
}

export const BOOT_ID = 0x1a2b3c4d
const START_MS = 1767225600000

/** A report of one quiet slot; `changes` replaces fields of it. */
export function quietReport(changes: Partial<Report>): Report {
    return {
        channel: 0,
        bootId: BOOT_ID,
        sequence: 0,
        startMs: START_MS,
        isUptime: false,
        slotSeconds: 5,
        slots: [0],
        countSinceBoot: 0,
        rejected: 0,
        quality: QUALITY_UNKNOWN,
        lateTicks: 0,
        pulseTimes: undefined,
        ...changes,
    }
}

/** `count` numbers, each `step` above the one before. */
export function ramp(first: number, count: number, step: number): number[] {
    const values: number[] = []
    for (let i = 0; i < count; i++) values.push(first + i * step)
    return values
}

function repeatHex(hex: string, count: number): string {
    let text = ""
    for (let i = 0; i < count; i++) text += hex
    return text
}

export const REPORT_VECTORS: ReportVector[] = [
    {
        name: "a quiet slot",
        message: quietReport({}),
        hex: "0100004d3c2b1a0000000000a8da769b010500000000000000ff000101",
    },
    {
        name: "ten slots with pulse times",
        message: quietReport({
            channel: 1,
            sequence: 7,
            startMs: START_MS + 50000,
            slots: [1, 0, 2, 0, 0, 1, 0, 0, 3, 0],
            countSinceBoot: 61,
            rejected: 2,
            quality: 97,
            lateTicks: 1,
            pulseTimes: [123, 1000, 1499, 2999, 4000, 4200, 4400],
        }),
        hex:
            "0101024d3c2b1a07000000506bdb769b0105003d000000020061010a" +
            "020103010102010104017bed06f303dc0be907c801c801",
    },
    {
        name: "pulses without times",
        message: quietReport({ channel: 2, sequence: 300, slots: [5, 0], countSinceBoot: 1005 }),
        hex: "0102004d3c2b1a2c01000000a8da769b010500ed0300000000ff00020601",
    },
    {
        name: "no pulse, so an empty list of times",
        message: quietReport({
            channel: 2,
            sequence: 301,
            slots: [0, 0],
            countSinceBoot: 1005,
            pulseTimes: [],
        }),
        hex: "0102024d3c2b1a2d01000000a8da769b010500ed0300000000ff00020101",
    },
    {
        name: "dated by uptime",
        message: quietReport({
            startMs: 4321,
            isUptime: true,
            slots: [0, 3],
            countSinceBoot: 3,
            pulseTimes: [10, 20, 700],
        }),
        hex: "0100034d3c2b1a00000000e110000000000500030000000000ff000201040a0aa805",
    },
    {
        name: "missing slots before, between and after",
        message: quietReport({
            channel: 3,
            sequence: 12,
            slots: [MISSING, MISSING, 4, MISSING],
            countSinceBoot: 40,
            lateTicks: 3,
            pulseTimes: [1200, 1300, 1400, 1499],
        }),
        hex: "0103024d3c2b1a0c00000000a8da769b010500280000000000ff030400000500b009646463",
    },
    {
        name: "slots of a minute",
        message: quietReport({
            channel: 15,
            sequence: 1,
            slotSeconds: 60,
            slots: [16, MISSING, 0],
            countSinceBoot: 16,
        }),
        hex: "010f004d3c2b1a0100000000a8da769b013c00100000000000ff0003110001",
    },
    {
        name: "slots of five minutes, counts around the varint steps",
        message: quietReport({
            channel: 15,
            sequence: 2,
            slotSeconds: 300,
            slots: [126, 127, 16382, 16383],
            countSinceBoot: 33018,
        }),
        hex: "010f004d3c2b1a0200000000a8da769b012c01fa8000000000ff00047f8001ff7f808001",
    },
    {
        name: "pulses hours apart, one to four bytes each",
        message: quietReport({
            channel: 15,
            sequence: 3,
            slotSeconds: 300,
            slots: [5, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            countSinceBoot: 5,
            pulseTimes: [0, 127, 255, 16639, 2113791],
        }),
        hex:
            "010f024d3c2b1a0300000000a8da769b012c01050000000000ff000a" +
            "06010101010101010101007f800180800180808001",
    },
    {
        name: "the largest numbers",
        message: quietReport({
            bootId: 0xffffffff,
            sequence: 0xfffffffe,
            startMs: 281474976710655,
            slots: [4294967294, MISSING, 0],
            countSinceBoot: 0xffffffff,
            rejected: 65535,
            quality: 100,
            lateTicks: 255,
        }),
        hex: "010000fffffffffeffffffffffffffffff0500ffffffffffff64ff03ffffffff0f0001",
    },
    {
        name: "pulse times to the last byte",
        message: quietReport({
            channel: 4,
            sequence: 9,
            slots: [20, 20, 20, 20, 20, 20, 20, 20, 20, 16],
            countSinceBoot: 196,
            pulseTimes: ramp(1, 196, 1),
        }),
        hex: `0104024d3c2b1a0900000000a8da769b010500c40000000000ff000a15151515151515151511${repeatHex("01", 196)}`,
    },
    {
        name: "200 slots",
        message: quietReport({
            channel: 5,
            sequence: 10,
            slots: ramp(3, 200, 0),
            countSinceBoot: 600,
        }),
        hex: `0105004d3c2b1a0a00000000a8da769b010500580200000000ff00c8${repeatHex("04", 200)}`,
    },
    {
        name: "slots to the last byte",
        message: quietReport({
            channel: 5,
            sequence: 11,
            slots: ramp(199, 103, 0),
            countSinceBoot: 20497,
        }),
        hex: `0105004d3c2b1a0b00000000a8da769b010500115000000000ff0067${repeatHex("c801", 103)}`,
    },
]

const HEAD = "0100004d3c2b1a0000000000a8da769b010500050000000000ff00"
const HEAD_WITH_TIMES = "0100024d3c2b1a0000000000a8da769b010500050000000000ff00"
const BAD_LENGTH = "report: length does not fit its contents"

export const MALFORMED_REPORTS: Malformed[] = [
    { hex: "", reason: "report: shorter than its header" },
    { hex: HEAD, reason: "report: shorter than its header" },
    { hex: `02${HEAD.slice(2)}0101`, reason: "report: unknown version 2" },
    { hex: `0110${HEAD.slice(4)}0101`, reason: "report: channel above 15" },
    {
        hex: "0100004d3c2b1a0000000000a8da769b010a00050000000000ff000101",
        reason: "report: slotSeconds is not 5, 60 or 300",
    },
    { hex: `${HEAD}00`, reason: "report: slot count not 1 to 200" },
    { hex: `${HEAD}c9${repeatHex("01", 201)}`, reason: "report: slot count not 1 to 200" },
    { hex: `${HEAD}020404`, reason: "report: slots exceed the count since boot" },
    // too few slots, one too many, a slot cut off, a slot that never ends
    { hex: `${HEAD}0201`, reason: BAD_LENGTH },
    { hex: `${HEAD}010101`, reason: BAD_LENGTH },
    { hex: `${HEAD}0184`, reason: BAD_LENGTH },
    { hex: `${HEAD}01808080808000`, reason: BAD_LENGTH },
    // times where none were announced, too few, too many, one cut off
    { hex: `${HEAD}01020a`, reason: BAD_LENGTH },
    { hex: `${HEAD_WITH_TIMES}01030a`, reason: BAD_LENGTH },
    { hex: `${HEAD_WITH_TIMES}01030a0a0a`, reason: BAD_LENGTH },
    { hex: `${HEAD_WITH_TIMES}01030a8a`, reason: BAD_LENGTH },
    {
        hex: "0100024d3c2b1a0000000000a8da769b010500ffffffff0000ff0001ffffffff0f",
        reason: "report: more pulses than pulse times",
    },
]
