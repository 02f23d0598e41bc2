/** One number that a channel of some kind is set up with. */
export interface ChannelField {
    name: string
    min: number
    max: number
    /** What it is unless somebody chose otherwise; below `min` where somebody has to choose. */
    standard: number
    /** Values are `min` and whole steps from there. */
    step: number
    /** Bits that hold the steps from `min` to `max` on the wire. */
    bits: number
}

/** Current clamps that there are, A. */
export const CLAMPS_A = [50, 100, 250, 500]

/**
 * The fields of a kind in the order of the wire, none for an unknown kind. Made anew at each call: a
 * table that stays would take 9 kB of the device's heap. Plain literals, since a call costs a device
 * more than all the rest. Pins have no standard: nobody but the owner knows where a sensor is wired to.
 */
export function fieldsOf(kind: number): ChannelField[] {
    switch (kind) {
        case 0:
            return lightFields()
        case 1:
            return pulseFields()
        case 2:
            return [
                { name: "pin", min: 1, max: 16, standard: 0, step: 1, bits: 4 },
                { name: "isPeak", min: 0, max: 2, standard: 2, step: 1, bits: 2 },
                { name: "shortestMs", min: 0, max: 2550, standard: 10, step: 10, bits: 8 },
            ]
        case 3:
            return [
                { name: "pin", min: 1, max: 16, standard: 0, step: 1, bits: 4 },
                { name: "isDigital", min: 0, max: 1, standard: 0, step: 1, bits: 1 },
                { name: "powerPin", min: 0, max: 16, standard: 0, step: 1, bits: 5 },
            ]
        case 4:
            return mainsFields()
        case 5:
            return chipFields()
        default:
            return []
    }
}

/** The fields of one kind after the other, made anew only where the kind changes: they cost time. */
export class FieldTables {
    private kind = -1
    private fields: ChannelField[] = []

    of(kind: number): ChannelField[] {
        if (kind === this.kind) return this.fields
        this.kind = kind
        this.fields = fieldsOf(kind)
        return this.fields
    }
}

/** Bytes of a channel of each kind on the wire: one for the kind, and what its fields fill. */
export const CHANNEL_BYTES = [7, 4, 3, 3, 14, 10]

function lightFields(): ChannelField[] {
    return [
        { name: "pin", min: 1, max: 16, standard: 0, step: 1, bits: 4 },
        { name: "minThresholdMv", min: 0, max: 3300, standard: 150, step: 1, bits: 12 },
        { name: "maxThresholdMv", min: 0, max: 3500, standard: 3500, step: 1, bits: 12 },
        { name: "minRatioPercent", min: 105, max: 1000, standard: 105, step: 1, bits: 10 },
        { name: "longestMs", min: 50, max: 2550, standard: 200, step: 10, bits: 8 },
    ]
}

function pulseFields(): ChannelField[] {
    return [
        { name: "pin", min: 1, max: 16, standard: 0, step: 1, bits: 4 },
        { name: "edge", min: 0, max: 1, standard: 0, step: 1, bits: 1 },
        { name: "isInverted", min: 0, max: 1, standard: 0, step: 1, bits: 1 },
        { name: "pull", min: 0, max: 2, standard: 1, step: 1, bits: 2 },
        { name: "shortestHighMs", min: 0, max: 2550, standard: 10, step: 10, bits: 8 },
        { name: "shortestLowMs", min: 0, max: 2550, standard: 10, step: 10, bits: 8 },
    ]
}

function mainsFields(): ChannelField[] {
    return [
        { name: "pin", min: 1, max: 16, standard: 0, step: 1, bits: 4 },
        { name: "voltagePin", min: 0, max: 16, standard: 0, step: 1, bits: 5 },
        { name: "clampA", min: 50, max: 500, standard: 50, step: 50, bits: 4 },
        { name: "lineVoltageV", min: 50, max: 500, standard: 230, step: 1, bits: 9 },
        { name: "phaseGroup", min: 0, max: 5, standard: 0, step: 1, bits: 3 },
        { name: "isReversed", min: 0, max: 1, standard: 0, step: 1, bits: 1 },
        { name: "currentGain", min: 5000, max: 20000, standard: 10000, step: 1, bits: 14 },
        { name: "voltageGain", min: 5000, max: 20000, standard: 10000, step: 1, bits: 14 },
        { name: "phaseUs", min: -2000, max: 2000, standard: 0, step: 1, bits: 12 },
        { name: "noiseMa", min: 0, max: 5000, standard: 0, step: 1, bits: 13 },
        { name: "sagPercent", min: 50, max: 99, standard: 90, step: 1, bits: 6 },
        { name: "swellPercent", min: 101, max: 150, standard: 110, step: 1, bits: 6 },
        { name: "overloadA", min: 0, max: 600, standard: 0, step: 1, bits: 10 },
    ]
}

function chipFields(): ChannelField[] {
    return [
        { name: "chip", min: 1, max: 5, standard: 0, step: 1, bits: 3 },
        { name: "input", min: 1, max: 2, standard: 0, step: 1, bits: 1 },
        { name: "clampA", min: 50, max: 500, standard: 50, step: 50, bits: 4 },
        { name: "lineVoltageV", min: 50, max: 500, standard: 230, step: 1, bits: 9 },
        { name: "phaseGroup", min: 0, max: 5, standard: 0, step: 1, bits: 3 },
        { name: "isReversed", min: 0, max: 1, standard: 0, step: 1, bits: 1 },
        { name: "currentGain", min: 5000, max: 20000, standard: 10000, step: 1, bits: 14 },
        { name: "voltageGain", min: 5000, max: 20000, standard: 10000, step: 1, bits: 14 },
        // as far as the chip's own phase correction reaches
        { name: "phaseUs", min: -384, max: 255, standard: 0, step: 1, bits: 10 },
        { name: "sagPercent", min: 50, max: 99, standard: 90, step: 1, bits: 6 },
        { name: "swellPercent", min: 101, max: 150, standard: 110, step: 1, bits: 6 },
    ]
}
