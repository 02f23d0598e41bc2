import { createFormat } from "./format.js"

/** Numbers, dates and times as this browser's reader writes them. */
export const format = createFormat()
