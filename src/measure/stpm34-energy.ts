const WRAP = 4294967296

/**
 * Turns the chip's signed 32-bit energy, which wraps, into whole tenths of a mWh in and out. It must be
 * read before half a wrap passes: the fullest load takes over 20 s for that.
 */
export class ChipEnergy {
    /** Whole ones taken so far: since boot, tenths of a mWh. */
    energyIn = 0
    energyOut = 0
    private last = -1
    private inRest = 0
    private outRest = 0

    /**
     * Takes a reading, 0 to 2^32 - 1; the first one is only where counting begins. `perStep` is tenths of
     * a mWh a step, negative for a reversed clamp.
     */
    addEnergy(reading: number, perStep: number): void {
        const last = this.last
        this.last = reading
        if (last < 0) return
        let steps = reading - last
        if (steps >= WRAP / 2) steps -= WRAP
        else if (steps < -WRAP / 2) steps += WRAP
        const energy = steps * perStep
        if (energy > 0) this.inRest += energy
        else this.outRest -= energy
    }

    /** Begins again at the next reading: after a reset of the chip its energy is another. */
    restart(): void {
        this.last = -1
    }

    /** Whole tenths of a mWh taken in since the last call. */
    takeIn(): number {
        const whole = Math.floor(this.inRest)
        this.inRest -= whole
        this.energyIn += whole
        return whole
    }

    /** Whole tenths of a mWh given back since the last call. */
    takeOut(): number {
        const whole = Math.floor(this.outRest)
        this.outRest -= whole
        this.energyOut += whole
        return whole
    }
}
