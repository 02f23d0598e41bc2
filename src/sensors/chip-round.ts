import type { Stpm34 } from "./stpm34.js"

const POLL_MS = 1000
/** Chips are polled in different rounds, since a poll costs much more than a look. */
const POLL_APART_MS = 50
/** A silent chip is asked this often whether it is back: that takes the bus from the others. */
const RETRY_MS = 5000

/** All metering chips of a board. They share a bus, so they are taken in turn: `step` every 10 ms. */
export class ChipRound {
    /** Those that are looked at. To be given others at any time: what is under way is finished first. */
    chips: Stpm34[] = []

    /** `onChange` is told once of a chip that falls silent, with the reason, and without one when it is back. */
    constructor(private readonly onChange: (chip: Stpm34, reason?: string) => void) {}

    /** Looks at every chip once, and polls those whose second is over. */
    async step(nowMs: number): Promise<void> {
        const chips = this.chips
        for (let i = 0; i < chips.length; i++) {
            try {
                if (this.has(chips[i])) await this.take(chips[i], nowMs, i * POLL_APART_MS)
            } catch (e) {
                if (this.has(chips[i])) this.wait(chips[i], nowMs, (e as Error).message)
            }
        }
    }

    /** Others may have taken its place while the bus was waited for. */
    private has(chip: Stpm34): boolean {
        return this.chips.indexOf(chip) >= 0
    }

    private async take(chip: Stpm34, nowMs: number, apartMs: number): Promise<void> {
        if (chip.pollMs === undefined) {
            if (nowMs < chip.startMs) return
            await chip.start()
            chip.pollMs = nowMs + apartMs
            if (chip.isSilent && this.has(chip)) this.onChange(chip)
            chip.isSilent = false
        }
        await chip.watch(nowMs)
        if (nowMs < chip.pollMs) return
        // in step with the slots: each has as many polls
        chip.pollMs = Math.max(chip.pollMs + POLL_MS, nowMs)
        await chip.poll(nowMs)
    }

    /** The chip may have lost everything: it is to be started anew. */
    private wait(chip: Stpm34, nowMs: number, reason: string): void {
        chip.pollMs = undefined
        chip.startMs = nowMs + RETRY_MS
        if (!chip.isSilent) this.onChange(chip, reason)
        chip.isSilent = true
    }
}
