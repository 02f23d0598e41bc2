import { type Amount, amountsBetween, type ReadAmounts } from "./amounts.js"
import { AppError } from "./errors.js"
import { type GasValue, gasValueAt, whPerLitre } from "./gas-energy.js"
import { localDateStartMs } from "./local-days.js"
import { type Counting, sensorReaders } from "./sensor-columns.js"
import type { Sensor } from "./store/device-settings.js"
import type { Resolution, Store } from "./store/store.js"
import { convertAmount, isEnergy, type Unit, unitKind } from "./units.js"

/** What each step of a sensor's series counted. */
interface Column {
    startMs: number[]
    values: (number | null)[]
}

/** What a series shows. */
export interface Shown {
    unit: Unit
    counting: Counting
}

/** A sensor over equal steps; null where one of its channels measured nothing. */
export function sensorSeries(
    store: Store,
    sensor: Sensor,
    shown: Shown,
    { fromMs, toMs, resolution }: { fromMs: number; toMs: number; resolution: Resolution }
): Column {
    const { readers, weightAt } = partsOf(store, sensor, shown)
    const parts = readers.map(read => {
        const { startMs, amounts, coveredS } = read(fromMs, toMs, resolution)
        const values = amounts.map((amount, at) =>
            amount === null
                ? null
                : convertAmount(shown.unit, amount * weightAt(startMs[at]), coveredS[at])
        )
        return { startMs, values }
    })
    return { startMs: parts[0].startMs, values: sumOf(parts.map(({ values }) => values)) }
}

/** A sensor between edges, Unix ms in order; null where one of its channels measured nothing. */
export function sensorBetween(
    store: Store,
    sensor: Sensor,
    shown: Shown,
    edgesMs: number[]
): (number | null)[] {
    const { readers, weightAt, changesMs } = partsOf(store, sensor, shown)
    const gone = store.retention()
    const [fromMs, toMs] = [edgesMs[0], edgesMs[edgesMs.length - 1]]
    const inside = changesMs.filter(ms => ms > fromMs && ms < toMs)
    const cutsMs = [...new Set([...edgesMs, ...inside])].sort((one, other) => one - other)
    const parts = readers.map(read => {
        const amounts = amountsBetween(cutsMs, read, gone)
        return joinCuts(amounts, cutsMs, edgesMs, weightAt).map(({ amount, coveredS }) =>
            amount === null ? null : convertAmount(shown.unit, amount, coveredS)
        )
    })
    return sumOf(parts)
}

interface Parts {
    readers: ReadAmounts[]
    /** What an amount at a time is to be taken by: more than 1 only where gas is shown as energy. */
    weightAt: (ms: number) => number
    /** Where that changes. */
    changesMs: number[]
}

/** Throws AppError `bad_request` for the energy of gas that nothing is known of. */
function partsOf(store: Store, sensor: Sensor, { unit, counting }: Shown): Parts {
    const readers = sensorReaders(store, sensor, counting)
    if (unitKind(unit).of !== "energy" || isEnergy(sensor.type))
        return { readers, weightAt: () => 1, changesMs: [] }
    const values = gasValuesOf(store, sensor.homeId)
    return {
        readers,
        weightAt: ms => whPerLitre(gasValueAt(values, ms) ?? values[0]),
        changesMs: values.map(({ fromMs }) => fromMs),
    }
}

/** In order of time, at least one. Throws AppError `bad_request` when the home has none. */
export function gasValuesOf(store: Store, homeId: number): GasValue[] {
    const timeZone = store.home(homeId)?.timeZone ?? "UTC"
    const values = store.gasValues(homeId).map(({ validFrom, ...value }) => {
        const [year, month, day] = validFrom.split("-").map(Number)
        return { ...value, fromMs: localDateStartMs({ year, month, day }, timeZone) }
    })
    if (values.length === 0)
        throw new AppError("bad_request", "The calorific value of this home's gas is not set.")
    return values
}

function joinCuts(
    amounts: Amount[],
    cutsMs: number[],
    edgesMs: number[],
    weightAt: (ms: number) => number
): Amount[] {
    const steps: Amount[] = edgesMs.slice(1).map(() => ({ amount: null, coveredS: 0 }))
    let at = 0
    for (const [cut, { amount, coveredS }] of amounts.entries()) {
        while (edgesMs[at + 1] <= cutsMs[cut]) at++
        if (amount === null) continue
        steps[at].amount = (steps[at].amount ?? 0) + amount * weightAt(cutsMs[cut])
        steps[at].coveredS += coveredS
    }
    return steps
}

/** Adds up equal steps: null where one is missing. */
function sumOf(parts: (number | null)[][]): (number | null)[] {
    const [first] = parts
    return first.map((_value, at) => {
        let sum = 0
        for (const values of parts) {
            const value = values[at]
            if (value === null) return null
            sum += value
        }
        return sum
    })
}
