import { PROTOCOL_VERSION } from "../../src/wire/limits.js"
import type { MainsReport } from "../../src/wire/mains-report.js"
import { MISSING, type Report } from "../../src/wire/report.js"
import { KETTLE_HEX, kettleReport } from "./mains-report-vectors.js"
import { quietReport, type ReportVector, ramp, repeatHex } from "./report-vectors.js"

/*
 * Reports of version 1, whose sequence counts reports, as older programs send them: they are still read.
 * A plain module, because it runs on the device too.
 */

const START_MS = 1767225600000

function oldReport(changes: Partial<Report>): Report {
    return quietReport({ version: PROTOCOL_VERSION, ...changes })
}

function oldMains(changes: Partial<MainsReport>): MainsReport {
    return kettleReport({ version: PROTOCOL_VERSION, ...changes })
}

export const OLD_REPORT_VECTORS: ReportVector[] = [
    {
        name: "a quiet slot",
        message: oldReport({}),
        hex: "0100004d3c2b1a0000000000a8da769b010500000000000000ff000101",
    },
    {
        name: "ten slots with pulse times",
        message: oldReport({
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
        message: oldReport({ channel: 2, sequence: 300, slots: [5, 0], countSinceBoot: 1005 }),
        hex: "0102004d3c2b1a2c01000000a8da769b010500ed0300000000ff00020601",
    },
    {
        name: "no pulse, so an empty list of times",
        message: oldReport({
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
        message: oldReport({
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
        message: oldReport({
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
        message: oldReport({
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
        message: oldReport({
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
        message: oldReport({
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
        message: oldReport({
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
        message: oldReport({
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
        message: oldReport({
            channel: 5,
            sequence: 10,
            slots: ramp(3, 200, 0),
            countSinceBoot: 600,
        }),
        hex: `0105004d3c2b1a0a00000000a8da769b010500580200000000ff00c8${repeatHex("04", 200)}`,
    },
    {
        name: "slots to the last byte",
        message: oldReport({
            channel: 5,
            sequence: 11,
            slots: ramp(199, 103, 0),
            countSinceBoot: 20497,
        }),
        hex: `0105004d3c2b1a0b00000000a8da769b010500115000000000ff0067${repeatHex("c801", 103)}`,
    },
]

export const OLD_MAINS_REPORT_VECTORS: { name: string; message: MainsReport; hex: string }[] = [
    {
        name: "a kettle",
        message: oldMains({}),
        hex: `0100044d3c2b1a0000000000a8da769b010500c87c0000000000000000000000ff01${KETTLE_HEX}`,
    },
    {
        name: "nothing measured, then power delivered, by uptime",
        message: oldMains({
            channel: 15,
            sequence: 7,
            startMs: 4321,
            isUptime: true,
            energyOutSinceBoot: 281474976710655,
            lateTicks: 3,
            quality: 97,
            slots: [
                undefined,
                {
                    energyIn: 0,
                    energyOut: 127,
                    reactiveDvar: -64,
                    voltageCv: 0,
                    currentMa: 0,
                    frequencyMhz: 0,
                    angleDdeg: -1800,
                    shareTenths: 0,
                    isApparent: true,
                },
            ],
        }),
        hex:
            "010f054d3c2b1a07000000e110000000000500c87c00000000ffffffffffff036102" +
            "00017f7f0000000000f8f80001",
    },
    {
        name: "a minute at its largest",
        message: oldMains({
            slotSeconds: 60,
            energyInSinceBoot: 281474976710655,
            slots: [
                {
                    energyIn: 268435454,
                    energyOut: 0,
                    reactiveDvar: 1048575,
                    voltageCv: 65535,
                    currentMa: 2097151,
                    frequencyMhz: 95535,
                    angleDdeg: 1800,
                    shareTenths: 255,
                    isApparent: false,
                },
            ],
        }),
        hex:
            "0100044d3c2b1a0000000000a8da769b013c00ffffffffffff00000000000000ff01" +
            "ffffff7f00feff7fffffffff7fffff0807ff00",
    },
]
