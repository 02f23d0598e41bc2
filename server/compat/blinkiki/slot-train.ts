import type { SlotRun } from "../../store/foreign-store.js"
import type { BlinkikiReport } from "./report.js"

const SLOT_S = 5

/** What is known of a sensor's slots so far. */
export interface Train {
    /** When its last report with something new came, Unix s. */
    receivedS: number
    /** Of that report; undefined when the slots came from a file. */
    report?: BlinkikiReport
    /** End of the newest stored slot, Unix s on a multiple of 5. */
    endS: number
}

/**
 * Finds the slots of a report that no earlier one told, since each is sent three to five times, and
 * their places. A slot has no time of its own: the newest ends when its report is received. Undefined
 * when none is new.
 */
export function newSlots(
    report: BlinkikiReport,
    receivedS: number,
    before: Train | undefined
): { run: SlotRun; train: Train } | undefined {
    const most = report.counts.length
    const passed = before ? slotsSince(before, report, receivedS) : most
    const fresh = Math.min(passed, most)
    if (fresh <= 0) return undefined
    const follows = before !== undefined && passed <= most
    const endS = follows
        ? followingEndS(before.endS + fresh * SLOT_S, receivedS)
        : nearestS(receivedS)
    const counts = report.counts.slice(0, fresh).reverse()
    return {
        run: { startS: endS - fresh * SLOT_S, counts },
        train: { receivedS, report, endS },
    }
}

/** How many slots the sensor has finished since. A late or early packet is seen by the sensor's uptime. */
function slotsSince(before: Train, report: BlinkikiReport, receivedS: number): number {
    const byReceipt = Math.round((receivedS - before.receivedS) / SLOT_S)
    if (before.report === undefined) return byReceipt
    const byUptime = Math.round((report.uptimeS - before.report.uptimeS) / SLOT_S)
    // after a new start uptimes say nothing, and the older slots are others
    return isContinued(report.counts, before.report.counts, byUptime) ? byUptime : byReceipt
}

/** Are the older slots those of the report before? Only where some must be. */
function isContinued(counts: (number | null)[], before: (number | null)[], shift: number): boolean {
    if (shift < 0 || shift >= counts.length) return false
    return counts.slice(shift).every((count, at) => at >= before.length || count === before[at])
}

/** Slots follow each other without a hole until they are a whole one from the time of their report. */
function followingEndS(endS: number, receivedS: number): number {
    return Math.abs(endS - receivedS) <= SLOT_S ? endS : nearestS(receivedS)
}

function nearestS(atS: number): number {
    return Math.round(atS / SLOT_S) * SLOT_S
}
