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
 * table that stays would take 9 kB of the device's heap. Pins have no standard: nobody but the owner knows where a sensor is wired to.
 */
export function fieldsOf(kind: number): ChannelField[] {
    switch (kind) {
        case 0:
            return lightFields()
        case 1:
            return pulseFields()
        case 2:
            return [
                field("pin", 1, 16, 0, 4),
                field("isPeak", 0, 2, 2, 2),
                field("shortestMs", 0, 2550, 10, 8, 10),
            ]
        case 3:
            return [
                field("pin", 1, 16, 0, 4),
                field("isDigital", 0, 1, 0, 1),
                field("powerPin", 0, 16, 0, 5),
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
        field("pin", 1, 16, 0, 4),
        field("minThresholdMv", 0, 3300, 150, 12),
        field("maxThresholdMv", 0, 3500, 3500, 12),
        field("minRatioPercent", 105, 1000, 105, 10),
        field("longestMs", 50, 2550, 200, 8, 10),
    ]
}

function pulseFields(): ChannelField[] {
    return [
        field("pin", 1, 16, 0, 4),
        field("edge", 0, 1, 0, 1),
        field("isInverted", 0, 1, 0, 1),
        field("pull", 0, 2, 1, 2),
        field("shortestHighMs", 0, 2550, 10, 8, 10),
        field("shortestLowMs", 0, 2550, 10, 8, 10),
    ]
}

function mainsFields(): ChannelField[] {
    const fields = [field("pin", 1, 16, 0, 4), field("voltagePin", 0, 16, 0, 5)]
    addClamp(fields)
    fields.push(field("phaseUs", -2000, 2000, 0, 12), field("noiseMa", 0, 5000, 0, 13))
    addLimits(fields)
    fields.push(field("overloadA", 0, 600, 0, 10))
    return fields
}

function chipFields(): ChannelField[] {
    const fields = [field("chip", 1, 5, 0, 3), field("input", 1, 2, 0, 1)]
    addClamp(fields)
    // as far as the chip's own phase correction reaches
    fields.push(field("phaseUs", -384, 255, 0, 10))
    addLimits(fields)
    return fields
}

function addClamp(fields: ChannelField[]): void {
    fields.push(
        field("clampA", 50, 500, 50, 4, 50),
        field("lineVoltageV", 50, 500, 230, 9),
        field("phaseGroup", 0, 5, 0, 3),
        field("isReversed", 0, 1, 0, 1),
        field("currentGain", 5000, 20000, 10000, 14),
        field("voltageGain", 5000, 20000, 10000, 14)
    )
}

function addLimits(fields: ChannelField[]): void {
    fields.push(field("sagPercent", 50, 99, 90, 6), field("swellPercent", 101, 150, 110, 6))
}

function field(
    name: string,
    min: number,
    max: number,
    standard: number,
    bits: number,
    step = 1
): ChannelField {
    return { name, min, max, standard, step, bits }
}
