import type { FaultKind } from "./faults.js"
import type { Breach, Tally } from "./invariants.js"
import { kindsOf, type Plan } from "./plan.js"
import type { Watch } from "./watch.js"

const DAY_MS = 86_400_000

/** What one seed showed, as it goes from a worker to the command. */
export interface Outcome {
    seed: number
    deviceDays: number
    planned: FaultKind[]
    fired: Partial<Record<FaultKind, number>>
    tally: Tally
    /** Missing time before each power cut, s. */
    missingS: number[]
    /** Before those within a write to flash that took something there with them. */
    flashMissingS: number[]
    mostOutboxBytes: number
    mostRows: number
    breaches: Breach[]
    /** A shortened scenario that still fails, in words. */
    shortened?: string
}

export function outcomeOf(plan: Plan, watch: Watch): Outcome {
    return {
        seed: plan.seed,
        deviceDays: (plan.durationMs / DAY_MS) * plan.devices.length,
        planned: kindsOf(plan),
        fired: Object.fromEntries(watch.firedCounts),
        tally: watch.tally,
        missingS: watch.missingS,
        flashMissingS: watch.flashMissingS,
        mostRows: watch.mostRows,
        mostOutboxBytes: watch.mostOutboxBytes,
        breaches: watch.breaches,
    }
}

/** A whole run. */
export interface Summary {
    seeds: number
    deviceDays: number
    deviceYears: number
    /** How often each kind of fault took effect. */
    fired: Partial<Record<FaultKind, number>>
    slots: number
    cells: number
    missingSlots: number
    poorSlots: number
    /** Marked missing before a power cut, s: the longest and the mean. */
    worstMissingS: number
    meanMissingS: number
    /** The same of power cuts within a write to flash, which took something there with them. */
    flashCuts: number
    worstFlashMissingS: number
    mostOutboxBytes: number
    /** Rows of one server. */
    mostRows: number
    failures: { seed: number; breaches: Breach[]; shortened?: string }[]
}

/** Adds seeds up; a kind that was planned and never fired is a failure of the whole. */
export function summarize(outcomes: readonly Outcome[]): Summary {
    const sum = (of: (outcome: Outcome) => number) =>
        outcomes.reduce((total, outcome) => total + of(outcome), 0)
    const missingS = outcomes.flatMap(outcome => outcome.missingS)
    const flashMissingS = outcomes.flatMap(outcome => outcome.flashMissingS)
    const most = (values: number[]) => values.reduce((worst, each) => Math.max(worst, each), 0)
    const fired: Summary["fired"] = {}
    for (const kind of new Set(outcomes.flatMap(({ planned }) => planned)))
        fired[kind] = sum(outcome => outcome.fired[kind] ?? 0)
    const failures: Summary["failures"] = outcomes
        .filter(({ breaches }) => breaches.length > 0)
        .map(({ seed, breaches, shortened }) => ({
            seed,
            breaches,
            ...(shortened && { shortened }),
        }))
    const silent = Object.entries(fired).filter(([, count]) => count === 0)
    if (silent.length > 0)
        failures.push({
            seed: -1,
            breaches: silent.map(([kind]) => ({
                invariant: "faults-fired",
                detail: `${kind} was planned and never took effect`,
            })),
        })
    return {
        seeds: outcomes.length,
        deviceDays: Math.round(sum(({ deviceDays }) => deviceDays) * 100) / 100,
        deviceYears: Math.round((sum(({ deviceDays }) => deviceDays) / 365.25) * 100) / 100,
        fired,
        slots: sum(({ tally }) => tally.slots),
        cells: sum(({ tally }) => tally.cells),
        missingSlots: sum(({ tally }) => tally.missingSlots),
        poorSlots: sum(({ tally }) => tally.poorSlots),
        worstMissingS: most(missingS),
        meanMissingS:
            Math.round(
                (missingS.reduce((total, each) => total + each, 0) / (missingS.length || 1)) * 10
            ) / 10,
        flashCuts: flashMissingS.length,
        worstFlashMissingS: most(flashMissingS),
        mostRows: most(outcomes.map(({ mostRows }) => mostRows)),
        mostOutboxBytes: most(outcomes.map(({ mostOutboxBytes }) => mostOutboxBytes)),
        failures,
    }
}
