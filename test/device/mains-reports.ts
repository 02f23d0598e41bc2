import { describe, expect, test } from "@devicescript/test"
import { decodeMainsReport, encodeMainsReport } from "../../src/wire/mains-report.js"
import {
    kettleReport,
    LARGEST_SLOT,
    MAINS_REPORT_VECTORS,
    MALFORMED_MAINS_REPORTS,
} from "../wire/mains-report-vectors.js"
import { describeMessage, pauseBeforeEach } from "./messages/describe-message.js"

describeMessage(
    "mains report",
    MAINS_REPORT_VECTORS,
    MALFORMED_MAINS_REPORTS,
    encodeMainsReport,
    decodeMainsReport
)

describe("the largest mains report, in one run of the device", () => {
    pauseBeforeEach()
    test("fits", () => {
        const slots = []
        for (let i = 0; i < 10; i++) slots.push(LARGEST_SLOT)
        expect(encodeMainsReport(kettleReport({ slots })).length).toBe(234)
    })
})
