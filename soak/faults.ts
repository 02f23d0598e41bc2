import type { Random } from "../sim/random.js"

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** Some writes to flash come within it. */
const LEAST_AWAY_MS = 0.7 * HOUR_MS

/** Everything that a run can do to a home or to its server. */
export const FAULT_KINDS = [
    "link-loss",
    "latency",
    "reorder",
    "duplicate",
    "cut-frame",
    "server-crash",
    "disk-full",
    "power-cut",
    "flash-torn",
    "flash-partial",
    "flash-flipped",
    "brown-out",
    "clock-step",
    "clone",
] as const

export type FaultKind = (typeof FAULT_KINDS)[number]

/** One fault of a plan, by true time since the start. */
export interface Fault {
    kind: FaultKind
    /** Index of the device; -1 of the server. */
    device: number
    atMs: number
    durationMs: number
    /**
     * Of latency the most in ms, of reordering and duplication the share of messages, of a clock
     * step the ms, of a server crash the number of the statement, of a brown-out the number of cuts.
     */
    amount: number
}

interface Rule {
    isServer: boolean
    /** Mean number in ten days. */
    perTenDays: number
    shortestMs: number
    longestMs: number
    amount: (random: Random) => number
}

const none = () => 0
const share = (random: Random) => random.between(0.05, 0.5)

const RULES: Record<FaultKind, Rule> = {
    "link-loss": rule(4, 2000, 21 * 24 * HOUR_MS),
    latency: rule(2, 5 * MINUTE_MS, 6 * HOUR_MS, random => random.between(500, 20_000)),
    reorder: rule(2, 5 * MINUTE_MS, 12 * HOUR_MS, share),
    duplicate: rule(2, 5 * MINUTE_MS, 12 * HOUR_MS, share),
    "cut-frame": rule(4, 0, 0),
    "server-crash": rule(3, 1000, HOUR_MS, random => random.nextInt(60), true),
    "disk-full": rule(1.2, 15 * MINUTE_MS, 4 * HOUR_MS, none, true),
    "power-cut": rule(2, 500, 12 * HOUR_MS),
    "flash-torn": rule(0.4, 1000, HOUR_MS),
    "flash-partial": rule(0.7, 1000, HOUR_MS),
    "flash-flipped": rule(0.7, 1000, HOUR_MS),
    "brown-out": rule(0.7, 2000, 30_000, random => 5 + random.nextInt(40)),
    "clock-step": rule(1, 0, 0, clockStepMs, true),
    clone: rule(0.3, 10 * MINUTE_MS, 3 * HOUR_MS),
}

function rule(
    perTenDays: number,
    shortestMs: number,
    longestMs: number,
    amount: (random: Random) => number = none,
    isServer = false
): Rule {
    return { isServer, perTenDays, shortestMs, longestMs, amount }
}

/** From what is slewed up to hours, forwards and back. */
function clockStepMs(random: Random): number {
    const size = logBetween(random, 200, 3 * HOUR_MS)
    return Math.round(random.next() < 0.5 ? size : -size)
}

/** Short ones as often as long ones. */
function logBetween(random: Random, low: number, high: number): number {
    return low * (high / low) ** random.next()
}

/**
 * Draws the faults between two times. A short run has more of them an hour, or most kinds would
 * hardly come; none lasts longer than a third of the run.
 */
export function planFaults(
    seeded: Random,
    kinds: readonly FaultKind[],
    devices: number,
    fromMs: number,
    toMs: number
): Fault[] {
    const lengthMs = toMs - fromMs
    const tenDays = lengthMs / (240 * HOUR_MS)
    const faults: Fault[] = []
    for (const kind of kinds) {
        // without one kind the others come as before
        const random = seeded.fork(kind)
        const { isServer, perTenDays, shortestMs, longestMs, amount } = RULES[kind]
        const mean = perTenDays * Math.sqrt(tenDays)
        for (let device = isServer ? -1 : 0; device < (isServer ? 0 : devices); device++) {
            // some runs have none of a kind, others several
            const wanted = random.next() * 2 * mean
            const count = Math.floor(wanted) + (random.next() < wanted % 1 ? 1 : 0)
            for (let i = 0; i < count; i++) {
                const mostMs = Math.max(shortestMs, Math.min(longestMs, lengthMs / 3))
                const durationMs =
                    mostMs === 0 ? 0 : Math.round(logBetween(random, shortestMs, mostMs))
                // flash is written only while the link is away for long
                const isInFlash = kind.startsWith("flash-")
                const neededMs = isInFlash ? LEAST_AWAY_MS : durationMs
                const lastMs = Math.max(fromMs, toMs - neededMs)
                const atMs = Math.round(random.between(fromMs, lastMs))
                faults.push({ kind, device, atMs, durationMs, amount: amount(random) })
                if (isInFlash) {
                    const wantedMs = random.between(LEAST_AWAY_MS, 6 * HOUR_MS)
                    const awayMs = Math.min(wantedMs, toMs - atMs)
                    const loss = { kind: "link-loss" as const, device, atMs, amount: 0 }
                    faults.push({ ...loss, durationMs: Math.round(awayMs) })
                }
            }
        }
    }
    return faults.sort((a, b) => a.atMs - b.atMs)
}
