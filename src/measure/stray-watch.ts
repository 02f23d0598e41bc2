const NO_LIMIT_MV = 100000
/** Back for so long, it has ended. */
const CALM_MS = 10000
/** A signal that stays away for so long is what is usual from now on. */
const FORGET_MS = 600000

/** Watches for a signal that is far from where it usually is, for long. */
export class StrayWatch {
    /** The signal has been away for long enough to tell. */
    isAway = false
    private lowestMv = -NO_LIMIT_MV
    private highestMv = NO_LIMIT_MV
    private sinceMs = -1
    private isTold = false
    private isFinding = false
    private backMs = 0

    constructor(private readonly waitMs: number) {}

    /** Sets what is usual. */
    expect(lowestMv: number, highestMv: number): void {
        this.lowestMv = lowestMv
        this.highestMv = highestMv
    }

    /** Whether the value is far from the usual. */
    add(valueMv: number, uptimeMs: number): boolean {
        if (valueMv >= this.lowestMv && valueMv <= this.highestMv) {
            if (this.sinceMs >= 0) this.comeBack(uptimeMs)
            return false
        }
        if (this.sinceMs < 0) {
            if (uptimeMs - this.backMs > CALM_MS) this.isTold = false
            this.sinceMs = uptimeMs
        }
        const awayMs = uptimeMs - this.sinceMs
        if (awayMs >= this.waitMs) this.tell()
        if (awayMs < FORGET_MS) return true
        this.expect(-NO_LIMIT_MV, NO_LIMIT_MV)
        this.comeBack(uptimeMs)
        return false
    }

    /** True once for each time that the signal has strayed. */
    takeFinding(): boolean {
        const isFinding = this.isFinding
        this.isFinding = false
        return isFinding
    }

    private tell(): void {
        this.isAway = true
        if (this.isTold) return
        this.isTold = true
        this.isFinding = true
    }

    private comeBack(uptimeMs: number): void {
        this.sinceMs = -1
        this.backMs = uptimeMs
        this.isAway = false
    }
}
