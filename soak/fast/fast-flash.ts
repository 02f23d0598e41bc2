import type { FaultKind } from "../faults.js"

/** Half of the settings area, less its header. */
const AREA_BYTES = 16_336
const ENTRY_BYTES = 24
const MOST_VALUE_BYTES = 210
const MOST_KEY_CHARS = 13
/** Four pages of 4 kB, erased one after the other. */
const COMPACTION_MS = 4 * 45
const PROGRAM_MS = 0.7

/** How a power cut during a write ends: the runtime checks nothing of a value's content. */
export type Outcome = Extract<FaultKind, "flash-torn" | "flash-partial" | "flash-flipped">

/** A board's settings area: values under keys, appended until full, then compacted. */
export class FastFlash {
    writes = 0
    compactions = 0
    /** The power goes in the next write, which ends so. */
    cutAt: Outcome | undefined

    private values = new Map<string, Buffer>()
    private usedBytes = 0

    constructor(
        private readonly cutPower: (outcome: Outcome) => void,
        private readonly randomInt: (below: number) => number
    ) {}

    get(key: string): Buffer | undefined {
        return this.values.get(key)
    }

    /** Returns for how long nothing could be sampled; a longer value or key is a panic. */
    set(key: string, value: Buffer): number {
        if (value.length > MOST_VALUE_BYTES || key.length > MOST_KEY_CHARS)
            throw new Error(`flash: ${key} of ${value.length} bytes makes the runtime panic`)
        if (this.values.get(key)?.equals(value)) return 0
        const size = sizeOf(value)
        let pauseMs = PROGRAM_MS
        if (this.usedBytes + size > AREA_BYTES) {
            this.usedBytes = [...this.values].reduce(
                (sum, [other, kept]) => (other === key ? sum : sum + sizeOf(kept)),
                0
            )
            this.compactions++
            pauseMs += COMPACTION_MS
        }
        if (this.usedBytes + size > AREA_BYTES) throw new Error("flash: out of space")
        const outcome = this.cutAt
        if (outcome) {
            this.cutAt = undefined
            this.breakOff(outcome, key, Buffer.from(value))
            return pauseMs
        }
        this.keep(key, Buffer.from(value))
        return pauseMs
    }

    /** The runtime formats everything when it finds a value without its entry. */
    format(): void {
        this.values = new Map()
        this.usedBytes = 0
    }

    private breakOff(outcome: Outcome, key: string, value: Buffer): void {
        if (outcome === "flash-torn") this.format()
        if (outcome === "flash-flipped") {
            const at = this.randomInt(value.length)
            value[at] ^= 1 << this.randomInt(8)
            this.keep(key, value)
        }
        this.cutPower(outcome)
    }

    private keep(key: string, value: Buffer): void {
        this.writes++
        this.values.set(key, value)
        this.usedBytes += sizeOf(value)
    }
}

function sizeOf(value: Buffer): number {
    return Math.ceil(value.length / 8) * 8 + ENTRY_BYTES
}
