import type { Tariff } from "../tariffs/tariff.js"

/** What gas is worth from a local date on, YYYY-MM-DD. */
export interface DatedGasValue {
    validFrom: string
    calorificKwhPerM3: number
    correction: number
}

/** What things cost, and what meters showed. */
export interface TariffsStore {
    /** Oldest first. */
    tariffs(homeId: number): Tariff[]
    /** Throws AppError `conflict` when another tariff of the home has the name. */
    addTariff(tariff: Omit<Tariff, "id">): Tariff
    /** Replaces all but the ids. Throws AppError `conflict` when another tariff of the home has the name. */
    saveTariff(tariff: Tariff): void
    removeTariff(id: number): void

    /** In order of their dates. */
    gasValues(homeId: number): DatedGasValue[]
    /** Replaces all of them. */
    saveGasValues(homeId: number, values: DatedGasValue[]): void
}
