import type { Random } from "../../sim/random.js"

/** Any way to cut a stretch of 5 s slots into so many cells. */
export function randomCut(random: Random, slotSeconds: number, count: number) {
    const whole = slotSeconds / 5
    if (whole === 1) return { span: count, firstSpan: 1 }
    const firstSpan = 1 + random.nextInt(whole)
    if (count === 1) return { span: firstSpan, firstSpan }
    return { span: firstSpan + (count - 2) * whole + 1 + random.nextInt(whole), firstSpan }
}
