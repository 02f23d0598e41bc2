import { decodePage, encodePage } from "../../src/wire/page.js"
import { MALFORMED_PAGES, PAGE_VECTORS } from "../wire/page-vectors.js"
import { describeMessage } from "./messages/describe-message.js"

describeMessage("page", PAGE_VECTORS, MALFORMED_PAGES, encodePage, decodePage)
