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

    /** Of a channel, newest first, those that were undone too. */
    meterReadings(channelId: number): MeterReading[]
    /** Returns undefined for an unknown channel. */
    addMeterReading(
        channelId: number,
        reading: Pick<MeterReading, "reading" | "readMs" | "user">
    ): MeterReading | undefined
    /** Keeps it in the history, but no longer in force. */
    undoMeterReading(id: number, undoneMs: number, undoneBy: string): void
    /** What the meter shows by now, kWh or m3; null when nobody told what it showed. */
    meterReadingNow(channelId: number): number | null
}

/** What a meter showed, kWh or m3. */
export interface MeterReading {
    id: number
    channelId: number
    readMs: number
    reading: number
    /** What the channel had counted since install then. */
    counted: number
    /** Who told. */
    user: string
    /** Null while it counts. */
    undoneMs: number | null
    undoneBy: string | null
}
