/** What is known of a circuit here. */
interface Clamp {
    channel: number
    phaseGroup: number
    measure: { lastCurrentMa: number }
}

/** Checks in a row, one a slot, that must agree. */
const CHECKS = 3
/** Below this a clamp reads nothing. */
const NOTHING_MA = 50
/** Above this a phase is certainly loaded. */
const LOADED_MA = 500

/** Finds clamps whose current is gone while the other phases of their group go on. */
export class OpenClamps<T extends Clamp> {
    /** Per clamp: how often in a row it read nothing; CHECKS once that was told. */
    private readonly empty: number[] = []
    private readonly wasLoaded: boolean[] = []

    constructor(private readonly clamps: T[]) {
        for (const _clamp of clamps) {
            this.empty.push(0)
            this.wasLoaded.push(false)
        }
    }

    /** Returns a clamp that was newly found open, one at a time. To be called once a slot. */
    check(): T | undefined {
        let found: T | undefined
        for (let i = 0; i < this.clamps.length; i++) {
            const clamp = this.clamps[i]
            if (clamp.phaseGroup === 0) continue
            const currentMa = clamp.measure.lastCurrentMa
            if (currentMa > NOTHING_MA) {
                this.empty[i] = 0
                if (currentMa > LOADED_MA) this.wasLoaded[i] = true
            } else if (this.wasLoaded[i] && this.arePartnersLoaded(clamp)) {
                this.empty[i]++
                if (this.empty[i] < CHECKS || found) continue
                // told once; it must carry current again before the next time
                this.wasLoaded[i] = false
                found = clamp
            }
        }
        return found
    }

    private arePartnersLoaded(clamp: T): boolean {
        let partners = 0
        for (const other of this.clamps) {
            if (other.channel === clamp.channel || other.phaseGroup !== clamp.phaseGroup) continue
            partners++
            if (other.measure.lastCurrentMa < LOADED_MA) return false
        }
        return partners > 0
    }
}
