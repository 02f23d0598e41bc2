/** A sensor as emon's clients see it. */
export interface EmonMeter {
    sensorId: number
    homeId: number
    /** What clients call it: 21 is the main meter unless they are told otherwise. */
    number: number
    location: string
    description: string
    createdMs: number
    /** Price of a kWh in the old API's `cost`. */
    kwhCost: number
}

export interface EmonStore {
    /** By home and number. */
    emonMeters(): EmonMeter[]
    emonMeter(sensorId: number): EmonMeter | undefined
    /** Adds the meter or replaces the sensor's. Throws AppError `conflict` for a number that the home has. */
    saveEmonMeter(meter: EmonMeter): void
    removeEmonMeter(sensorId: number): void
}
