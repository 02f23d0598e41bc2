import { SLOTS_VERSION } from "../../src/wire/limits.js"
import type { MainsReport } from "../../src/wire/mains-report.js"
import type { MainsSlot } from "../../src/wire/mains-slots.js"
import { QUALITY_UNKNOWN } from "../../src/wire/report.js"
import { KETTLE_SLOT } from "./kettle-slot.js"
import type { Malformed } from "./vectors.js"

/*
 * Mains reports beside their bytes. A plain module, because it runs on the device too: see
 * test/device/mains-wire.ts.
 */

const BOOT_ID = 0x1a2b3c4d
const START_MS = 1767225600000

/** Every quantity as large as its field in a slot of 5 s. */
export const LARGEST_SLOT: MainsSlot = {
    energyIn: 2097150,
    energyOut: 2097150,
    reactiveDvar: -1048575,
    voltageCv: 65535,
    currentMa: 2097151,
    frequencyMhz: 95535,
    angleDdeg: -1800,
    shareTenths: 255,
    isApparent: true,
}

/** A report of one slot of the kettle; `changes` replaces fields of it. */
export function kettleReport(changes: Partial<MainsReport>): MainsReport {
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
        energyInSinceBoot: 31944,
        energyOutSinceBoot: 0,
        lateTicks: 0,
        quality: QUALITY_UNKNOWN,
        slots: [KETTLE_SLOT],
        ...changes,
    }
}

export const KETTLE_HEX = "c9f90100f001d859904e134e030078" + "00"

export const MAINS_REPORT_VECTORS: { name: string; message: MainsReport; hex: string }[] = [
    {
        name: "a kettle",
        message: kettleReport({}),
        hex: `0200044d3c2b1a0000000000a8da769b010500c87c0000000000000000000000ff01${KETTLE_HEX}`,
    },
    {
        name: "nothing measured, then power delivered, by uptime",
        message: kettleReport({
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
            "020f054d3c2b1a07000000e110000000000500c87c00000000ffffffffffff036102" +
            "00017f7f0000000000f8f80001",
    },
    {
        name: "a minute at its largest",
        message: kettleReport({
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
            "0200044d3c2b1a0000000000a8da769b013c00ffffffffffff00000000000000ff01" +
            "0c000c" +
            "ffffff7f00feff7fffffffff7fffff0807ff00",
    },
    {
        name: "cells of five minutes, the first of 2 slots and not measured, the last of 5",
        message: kettleReport({
            sequence: 58,
            startMs: START_MS + 290000,
            slotSeconds: 300,
            span: 7,
            firstSpan: 2,
            quality: 49,
            slots: [undefined, KETTLE_SLOT],
        }),
        hex:
            "0200044d3c2b1a3a000000d014df769b012c01c87c000000000000000000000031" +
            `02${"0700"}${"02"}00${KETTLE_HEX}`,
    },
]

const HEAD = "0200044d3c2b1a0000000000a8da769b01"
const BODY = "0500c87c0000000000000000000000ff"
const BAD_LENGTH = "mains report: length does not fit its contents"

export const MALFORMED_MAINS_REPORTS: Malformed[] = [
    { hex: "", reason: "mains report: shorter than its header" },
    { hex: HEAD + BODY, reason: "mains report: shorter than its header" },
    { hex: `03${HEAD.slice(2)}${BODY}0100`, reason: "mains report: unknown version 3" },
    { hex: `0210${HEAD.slice(4)}${BODY}0100`, reason: "mains report: channel above 15" },
    { hex: `020000${HEAD.slice(6)}${BODY}0100`, reason: "mains report: holds no mains slots" },
    {
        hex: `${HEAD}0600${BODY.slice(4)}0100`,
        reason: "mains report: slotSeconds is not 5, 60 or 300",
    },
    { hex: `${HEAD}${BODY}00`, reason: "mains report: slot count not 1 to 10" },
    {
        hex: `${HEAD}${BODY}0b0000000000000000000000`,
        reason: "mains report: slot count not 1 to 10",
    },
    {
        hex: `${HEAD}${BODY}02${KETTLE_HEX}${KETTLE_HEX}`,
        reason: "mains report: slots exceed the energy since boot",
    },
    // a slot too few, one too many, one cut off, a number that never ends
    { hex: `${HEAD}${BODY}0200`, reason: BAD_LENGTH },
    { hex: `${HEAD}${BODY}010000`, reason: BAD_LENGTH },
    { hex: `${HEAD}${BODY}01${KETTLE_HEX.slice(0, 28)}`, reason: BAD_LENGTH },
    { hex: `${HEAD}${BODY}01808080808001`, reason: BAD_LENGTH },
    // 2,097,151 tenths of a mWh in 5 s, -1,048,576 tenths of a var, 2,097,152 mA
    {
        hex: `${HEAD}${BODY}01808080010000000000000000000000`,
        reason: "mains report: a quantity beyond its limit",
    },
    {
        hex: `${HEAD}${BODY}010100ffff7f000000000000000000`,
        reason: "mains report: a quantity beyond its limit",
    },
    {
        hex: `${HEAD}${BODY}01010000000080808001000000000000`,
        reason: "mains report: a quantity beyond its limit",
    },
    // 180.1 degrees
    {
        hex: `${HEAD}${BODY}01c9f90100f001d859904e134e09077800`,
        reason: "mains report: angle not -180 to 180 degrees",
    },
    // cells: cut off, a first one of 0 and of 13 slots, a span that does not fit
    { hex: `${HEAD}3c00${BODY.slice(4)}010c00`, reason: "mains report: shorter than its header" },
    {
        hex: `${HEAD}3c00${BODY.slice(4)}010c000000`,
        reason: "mains report: the first cell's span does not fit",
    },
    {
        hex: `${HEAD}3c00${BODY.slice(4)}010d000d00`,
        reason: "mains report: the first cell's span does not fit",
    },
    {
        hex: `${HEAD}3c00${BODY.slice(4)}010d000c00`,
        reason: "mains report: the cells do not fit their span",
    },
]
