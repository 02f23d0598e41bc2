import type { Plan } from "./plan.js"

/** Does a plan still fail? */
export type Fails = (plan: Plan) => Promise<boolean>

/** A run that fails is worth so many more of it. */
const MOST_TRIALS = 60
/** After the last fault, so that what it did is seen. */
const TAIL_MS = 2 * 3_600_000

/**
 * Delta debugging: leaves out faults, then devices and time, as long as the plan still fails. Gives up
 * after a bounded number of trials with the shortest plan so far.
 */
export async function shrink(plan: Plan, fails: Fails, mostTrials = MOST_TRIALS): Promise<Plan> {
    let trials = 0
    const stillFails = async (smaller: Plan) => trials++ < mostTrials && (await fails(smaller))
    let best = plan
    const attempt = async (smaller: Plan) => {
        if (!(await stillFails(smaller))) return false
        best = smaller
        return true
    }
    await dropFaults(() => best, attempt)
    for (let device = best.devices.length - 1; device >= 0; device--)
        if (best.devices.length > 1) await attempt(withoutDevice(best, device))
    await shorten(() => best, attempt)
    return best
}

type Attempt = (smaller: Plan) => Promise<boolean>

/** Halves first, then quarters, down to single faults. */
async function dropFaults(best: () => Plan, attempt: Attempt): Promise<void> {
    for (let parts = 1; best().faults.length > 0; parts *= 2) {
        const size = Math.max(1, Math.ceil(best().faults.length / parts))
        for (let from = 0; from < best().faults.length; ) {
            const { faults } = best()
            const kept = [...faults.slice(0, from), ...faults.slice(from + size)]
            if (!(await attempt({ ...best(), faults: kept }))) from += size
        }
        if (size === 1) return
    }
}

async function shorten(best: () => Plan, attempt: Attempt): Promise<void> {
    const { faults } = best()
    const lastMs = Math.max(0, ...faults.map(({ atMs, durationMs }) => atMs + durationMs))
    if (lastMs + TAIL_MS < best().durationMs)
        await attempt({ ...best(), durationMs: lastMs + TAIL_MS })
    for (;;) {
        const half = Math.floor(best().durationMs / 2)
        const kept = best().faults.filter(({ atMs, durationMs }) => atMs + durationMs <= half)
        if (half < TAIL_MS || kept.length < best().faults.length) return
        if (!(await attempt({ ...best(), durationMs: half }))) return
    }
}

function withoutDevice(plan: Plan, device: number): Plan {
    return {
        ...plan,
        devices: plan.devices.filter((_, at) => at !== device),
        faults: plan.faults
            .filter(fault => fault.device !== device)
            .map(fault => (fault.device > device ? { ...fault, device: fault.device - 1 } : fault)),
    }
}

/** A plan in words, one line for the homes and one for each fault. */
export function describePlan(plan: Plan): string {
    const hours = (ms: number) => `${(ms / 3_600_000).toFixed(2)} h`
    const channels = plan.devices.map(device => device.channels.length).join(", ")
    const lines = plan.faults.map(({ kind, device, atMs, durationMs, amount }) => {
        const where = device < 0 ? "server" : `device ${device}`
        const length = durationMs > 0 ? ` for ${hours(durationMs)}` : ""
        return `  at ${hours(atMs)}: ${kind} of ${where}${length}${amount ? `, ${+amount.toFixed(2)}` : ""}`
    })
    const homes = `${plan.devices.length} devices (channels: ${channels}), ${hours(plan.durationMs)}`
    return [`  ${homes}, ${plan.faults.length} faults`, ...lines].join("\n")
}
