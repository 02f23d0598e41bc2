import { SLOTS_VERSION } from "../../src/wire/limits.js"
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
    const whole = Math.floor((changes.slotSeconds || 5) / 5)
    return {
        version: SLOTS_VERSION,
        span: (changes.slots ? changes.slots.length : 1) * whole,
        firstSpan: whole,
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

/** The same text `count` times. */
export function repeatHex(hex: string, count: number): string {
    let text = ""
    for (let i = 0; i < count; i++) text += hex
    return text
}

export const REPORT_VECTORS: ReportVector[] = [
    {
        name: "a quiet slot",
        message: quietReport({}),
        hex: "0200004d3c2b1a0000000000a8da769b010500000000000000ff000101",
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
            "0201024d3c2b1a07000000506bdb769b0105003d000000020061010a" +
            "020103010102010104017bed06f303dc0be907c801c801",
    },
    {
        name: "pulses without times",
        message: quietReport({ channel: 2, sequence: 300, slots: [5, 0], countSinceBoot: 1005 }),
        hex: "0202004d3c2b1a2c01000000a8da769b010500ed0300000000ff00020601",
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
        hex: "0202024d3c2b1a2d01000000a8da769b010500ed0300000000ff00020101",
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
        hex: "0200034d3c2b1a00000000e110000000000500030000000000ff000201040a0aa805",
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
        hex: "0203024d3c2b1a0c00000000a8da769b010500280000000000ff030400000500b009646463",
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
        hex: "020f004d3c2b1a0100000000a8da769b013c00100000000000ff00032400" + "0c110001",
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
        hex: "020f004d3c2b1a0200000000a8da769b012c01fa8000000000ff0004f0003c7f8001ff7f808001",
    },
    {
        name: "cells of a minute, of which the first has 3 slots and the last 1",
        message: quietReport({
            channel: 1,
            sequence: 70000,
            startMs: START_MS + 45000,
            slotSeconds: 60,
            span: 16,
            firstSpan: 3,
            slots: [2, 12, MISSING],
            countSinceBoot: 90,
            quality: 49,
        }),
        hex:
            "0201004d3c2b1a70110100c857db769b013c005a00000000003100" +
            "03" +
            "1000" +
            "03" +
            "030d00",
    },
    {
        name: "a single cell of five minutes, shorter than it could be, by uptime",
        message: quietReport({
            sequence: 4,
            startMs: 4321,
            isUptime: true,
            slotSeconds: 300,
            span: 7,
            firstSpan: 7,
            slots: [300],
            countSinceBoot: 300,
        }),
        hex:
            "0200014d3c2b1a04000000e110000000002c012c0100000000ff00" +
            "01" +
            "0700" +
            "07" +
            "ad02",
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
            "020f024d3c2b1a0300000000a8da769b012c01050000000000ff000a" +
            "58023c" +
            "06010101010101010101007f800180800180808001",
    },
    {
        name: "199 cells of five minutes",
        message: quietReport({
            channel: 5,
            sequence: 10,
            slotSeconds: 300,
            span: 11822,
            firstSpan: 1,
            slots: ramp(100, 199, 0),
            countSinceBoot: 19900,
        }),
        hex: `0205004d3c2b1a0a00000000a8da769b012c01bc4d00000000ff00c72e2e01${repeatHex("65", 199)}`,
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
        hex: "020000fffffffffeffffffffffffffffff0500ffffffffffff64ff03ffffffff0f0001",
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
        hex: `0204024d3c2b1a0900000000a8da769b010500c40000000000ff000a15151515151515151511${repeatHex("01", 196)}`,
    },
    {
        name: "200 slots",
        message: quietReport({
            channel: 5,
            sequence: 10,
            slots: ramp(3, 200, 0),
            countSinceBoot: 600,
        }),
        hex: `0205004d3c2b1a0a00000000a8da769b010500580200000000ff00c8${repeatHex("04", 200)}`,
    },
    {
        name: "slots to the last byte",
        message: quietReport({
            channel: 5,
            sequence: 11,
            slots: ramp(199, 103, 0),
            countSinceBoot: 20497,
        }),
        hex: `0205004d3c2b1a0b00000000a8da769b010500115000000000ff0067${repeatHex("c801", 103)}`,
    },
]

const HEAD = "0200004d3c2b1a0000000000a8da769b010500050000000000ff00"
const HEAD_WITH_TIMES = "0200024d3c2b1a0000000000a8da769b010500050000000000ff00"
const HEAD_OF_CELLS = "0200004d3c2b1a0000000000a8da769b013c00050000000000ff00"
const BAD_LENGTH = "report: length does not fit its contents"
const SHORT = "report: shorter than its header"
const BAD_FIRST = "report: the first cell's span does not fit"
const BAD_SPAN = "report: the cells do not fit their span"

export const MALFORMED_REPORTS: Malformed[] = [
    { hex: "", reason: SHORT },
    { hex: HEAD, reason: SHORT },
    { hex: `00${HEAD.slice(2)}0101`, reason: "report: unknown version 0" },
    { hex: `03${HEAD.slice(2)}0101`, reason: "report: unknown version 3" },
    { hex: `0210${HEAD.slice(4)}0101`, reason: "report: channel above 15" },
    {
        hex: "0200004d3c2b1a0000000000a8da769b010a00050000000000ff000101",
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
        hex: "0200024d3c2b1a0000000000a8da769b010500ffffffff0000ff0001ffffffff0f",
        reason: "report: more pulses than pulse times",
    },
    // cut off before, in and after how cells are cut
    { hex: `${HEAD_OF_CELLS}01`, reason: SHORT },
    { hex: `${HEAD_OF_CELLS}010c00`, reason: SHORT },
    { hex: `${HEAD_OF_CELLS}010c000c`, reason: BAD_LENGTH },
    // a first cell of 0 and of 13 slots, and of more than there are
    { hex: `${HEAD_OF_CELLS}010c000001`, reason: BAD_FIRST },
    { hex: `${HEAD_OF_CELLS}010d000d01`, reason: BAD_FIRST },
    { hex: `${HEAD_OF_CELLS}0104000501`, reason: BAD_FIRST },
    { hex: `${HEAD_OF_CELLS}0100000101`, reason: BAD_FIRST },
    // 13 slots in one cell, 12 in two of which the first has 12, 26 in two of which it has 13 less
    { hex: `${HEAD_OF_CELLS}010d000c01`, reason: BAD_SPAN },
    { hex: `${HEAD_OF_CELLS}020c000c0101`, reason: BAD_SPAN },
    { hex: `${HEAD_OF_CELLS}0219000c0101`, reason: BAD_SPAN },
    { hex: `${HEAD_OF_CELLS}02ffff0c0101`, reason: BAD_SPAN },
]
