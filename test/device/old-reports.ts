import { decodeMainsReport } from "../../src/wire/mains-report.js"
import { decodeReport } from "../../src/wire/report.js"
import { OLD_MAINS_REPORT_VECTORS, OLD_REPORT_VECTORS } from "../wire/old-vectors.js"
import { describeOld } from "./messages/describe-message.js"

describeOld("a report of version 1", OLD_REPORT_VECTORS, decodeReport)
describeOld("a mains report of version 1", OLD_MAINS_REPORT_VECTORS, decodeMainsReport)
