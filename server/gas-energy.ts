/** What a cubic metre of gas is worth from a time on, as the supplier tells. */
export interface GasValue {
    fromMs: number
    /** Calorific value of a cubic metre at normal conditions, kWh. */
    calorificKwhPerM3: number
    /** Cubic metres at normal conditions in one that the meter counted. */
    correction: number
}

/** The value in force at a time; before the first, the first. Undefined when there is none. */
export function gasValueAt(values: GasValue[], ms: number): GasValue | undefined {
    // in order of time
    return values.findLast(({ fromMs }) => fromMs <= ms) ?? values.at(0)
}

/** Energy of a litre that the meter counted, Wh. */
export function whPerLitre({ calorificKwhPerM3, correction }: GasValue): number {
    return calorificKwhPerM3 * correction
}
