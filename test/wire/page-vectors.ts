import type { Page, PageChannel } from "../../src/wire/page.js"
import { MISSING } from "../../src/wire/report.js"
import { BOOT_ID, ramp, repeatHex } from "./report-vectors.js"
import type { Malformed } from "./vectors.js"

/*
 * Pages in a device's flash beside their bytes. A plain module, because it runs on the device too: see
 * test/device/pages.ts. All sums are those of python3's zlib.adler32.
 */

const START_MS = 1767225600000

/** A channel that counts. */
export function counted(channel: number, countSinceBoot: number, cells: number[]): PageChannel {
    return { channel, isPoor: false, countSinceBoot, energyOutSinceBoot: undefined, cells }
}

/** A channel that measures power. */
export function measured(channel: number, drawn: number, delivered: number): PageChannel {
    return {
        channel,
        isPoor: false,
        countSinceBoot: drawn,
        energyOutSinceBoot: delivered,
        cells: [],
    }
}

/** Two whole cells of one channel; `changes` replaces fields of it. */
export function quietPage(changes: Partial<Page>): Page {
    return {
        bootId: BOOT_ID,
        sequence: 0,
        startMs: START_MS,
        isUptime: false,
        firstSlot: 0,
        span: 120,
        firstSpan: 60,
        channels: [counted(0, 0, [0, 0])],
        ...changes,
    }
}

export const PAGE_VECTORS: { name: string; message: Page; hex: string }[] = [
    {
        name: "two quiet cells",
        message: quietPage({}),
        hex:
            "0212004d3c2b1a0000000000a8da769b01" +
            "00000000" +
            "7800" +
            "3c" +
            "01" +
            "0000000000" +
            "0101" +
            "2e044850",
    },
    {
        name: "pulse and mains channels mixed, a missing cell and a poor channel, by uptime",
        message: quietPage({
            sequence: 65539,
            startMs: 600321,
            isUptime: true,
            firstSlot: 120,
            span: 70,
            firstSpan: 7,
            channels: [
                counted(0, 450, [12, MISSING, 3]),
                measured(3, 281474976710655, 1),
                { ...counted(15, 4294967295, [MISSING, 126, 127]), isPoor: true },
                { ...measured(4, 31944, 0), isPoor: true },
            ],
        }),
        hex:
            "0212014d3c2b1a0300010001290900000078000000460007" +
            "04" +
            "00c2010000" +
            "83ffffffffffff010000000000" +
            "4fffffffff" +
            "c4c87c00000000000000000000" +
            "0d00" +
            "007f" +
            "048001" +
            "891060f9",
    },
    {
        name: "power alone, over three days",
        message: quietPage({ span: 65535, firstSpan: 1, channels: [measured(2, 5, 6)] }),
        hex:
            "0212004d3c2b1a0000000000a8da769b0100000000ffff0101" +
            "82050000000000060000000000" +
            "0406b985",
    },
    {
        name: "four channels to the last byte but three",
        message: quietPage({
            span: 2281,
            firstSpan: 1,
            channels: [
                counted(0, 4000, ramp(100, 39, 0)),
                counted(1, 4000, ramp(100, 39, 0)),
                counted(2, 4000, ramp(100, 39, 0)),
                counted(3, 4000, ramp(100, 39, 0)),
            ],
        }),
        hex: `0212004d3c2b1a0000000000a8da769b0100000000e908010400a00f000001a00f000002a00f000003a00f0000${repeatHex("65", 156)}bb44d1ed`,
    },
]

const HEAD = "0212004d3c2b1a0000000000a8da769b0100000000"
const BAD_LENGTH = "page: length does not fit its contents"
const BAD_SUM = "page: its sum does not fit"

/** With the right sum wherever it is not the sum that is wrong. */
export const MALFORMED_PAGES: Malformed[] = [
    { hex: "", reason: "page: shorter than its header" },
    { hex: `${HEAD}78003c2b04e52e`, reason: "page: shorter than its header" },
    { hex: `01${HEAD.slice(2)}78003c01000000000001012d042850`, reason: "page: unknown version 1" },
    {
        hex: `0211${HEAD.slice(4)}78003c01000000000001012d042950`,
        reason: "page: not of the page log",
    },
    { hex: `${HEAD}78003c002b041033`, reason: "page: channel count not 1 to 16" },
    {
        hex: `${HEAD}78003c11${repeatHex("00", 117)}3c04ab22`,
        reason: "page: channel count not 1 to 16",
    },
    // sums: none, of less, one off in either half, in the other order
    { hex: `${HEAD}78003c010000000000010100000000`, reason: BAD_SUM },
    { hex: `${HEAD}78003c01000000000001011a4c2d04`, reason: BAD_SUM },
    { hex: `${HEAD}78003c01000000000001012f044850`, reason: BAD_SUM },
    { hex: `${HEAD}78003c01000000000001012e044950`, reason: BAD_SUM },
    { hex: `${HEAD}78003c01000000000001015048042e`, reason: BAD_SUM },
    { hex: `${HEAD}78003c0100000000000101`, reason: BAD_SUM },
    // a first cell of 0 and of 61 slots, and of more than there are
    {
        hex: `${HEAD}7800000100000000000101f2032c4e`,
        reason: "page: the first cell's span does not fit",
    },
    {
        hex: `${HEAD}78003d01000000000001012f045150`,
        reason: "page: the first cell's span does not fit",
    },
    {
        hex: `${HEAD}3b003c01000000000001f003b849`,
        reason: "page: the first cell's span does not fit",
    },
    {
        hex: `${HEAD}00000101000000000001017b030d49`,
        reason: "page: the first cell's span does not fit",
    },
    // a table cut off, of counts and of power; no cell, one too few, one too many, one that never ends
    { hex: `${HEAD}78003c012c041133`, reason: BAD_LENGTH },
    { hex: `${HEAD}78003c01000000002c04c143`, reason: BAD_LENGTH },
    { hex: `${HEAD}78003c018000000000000000000000ac047566`, reason: BAD_LENGTH },
    { hex: `${HEAD}78003c0100000000002c04ed47`, reason: BAD_LENGTH },
    { hex: `${HEAD}78003c010000000000012d041a4c`, reason: BAD_LENGTH },
    { hex: `${HEAD}78003c0100000000000101012f047754`, reason: BAD_LENGTH },
    { hex: `${HEAD}78003c0100000000000180808080800001ae06d675`, reason: BAD_LENGTH },
    { hex: `${HEAD}ffff010100000000000178057f58`, reason: BAD_LENGTH },
    // cells of power
    { hex: `${HEAD}78003c018000000000000000000000000001ad047a74`, reason: BAD_LENGTH },
    { hex: `${HEAD}78003c01100000000001013e04b850`, reason: "page: channel above 15" },
    { hex: `${HEAD}78003c0190000000000000000000000000bc049d70`, reason: "page: channel above 15" },
    {
        hex: `${HEAD}78003c010001000000020231045150`,
        reason: "page: cells exceed the count since boot",
    },
]
