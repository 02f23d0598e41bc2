const STEP = 0.001
const END = 14
const TAILS = tails()

/** Chance that normal noise is above so many standard deviations. */
export function normalTail(deviations: number): number {
    if (deviations < 0) return 1 - normalTail(-deviations)
    return TAILS[Math.min(TAILS.length - 1, Math.round(deviations / STEP))]
}

/** By the trapezoidal rule, from the far end so that small figures keep their digits. */
function tails(): number[] {
    const table: number[] = []
    let sum = 0
    for (let i = END / STEP; i >= 0; i--) {
        const part = (Math.exp(-((i * STEP) ** 2) / 2) / Math.sqrt(2 * Math.PI)) * STEP
        table[i] = sum + part / 2
        sum += part
    }
    return table
}
