import { decodeReport, encodeReport } from "../../src/wire/report.js"
import { MALFORMED_REPORTS, REPORT_VECTORS } from "../wire/report-vectors.js"
import { describeMessage } from "./messages/describe-message.js"

describeMessage("report", REPORT_VECTORS, MALFORMED_REPORTS, encodeReport, decodeReport)
