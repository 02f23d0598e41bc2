import { amountsBetween, type ReadAmounts } from "../amounts.js"
import { type GasValue, gasValueAt, whPerLitre } from "../gas-energy.js"
import type { Retention } from "../store/store.js"
import { priceSpans } from "./price-spans.js"
import { standingCharges } from "./standing-charge.js"
import type { TariffTerms } from "./tariff.js"

export interface CostQuery {
    terms: TariffTerms
    /** Ends of the steps, Unix ms in order. */
    edgesMs: number[]
    timeZone: string
    /** One for each channel: Wh or litres. */
    readers: ReadAmounts[]
    gone: Pick<Retention, "slotsGoneBeforeMs" | "minutesGoneBeforeMs">
    /** In order of time; only for gas that is paid by its energy, and then at least one. */
    gasValues?: GasValue[] | undefined
}

/** Amounts in the tariff's unit, costs in its currency. */
export interface StepCost {
    amount: number
    cost: number
    standingCharge: number
    /** What of the amount came before the tariff's first version and costs nothing. */
    unpricedAmount: number
}

interface PeriodCost {
    name: string
    amount: number
    cost: number
}

/** What the steps cost, and what each period of the tariff did in all of them. */
export function costOf(query: CostQuery): { steps: StepCost[]; periods: PeriodCost[] } {
    const { terms, edgesMs, timeZone } = query
    const charges = standingCharges(terms.versions, edgesMs, timeZone)
    const steps = charges.map(standingCharge => ({
        amount: 0,
        cost: 0,
        standingCharge,
        unpricedAmount: 0,
    }))
    const periods = new Map<string, PeriodCost>()
    let at = 0
    for (const { startMs, amount, name, price } of pricedAmounts(query)) {
        while (edgesMs[at + 1] <= startMs) at++
        const step = steps[at]
        step.amount += amount
        if (price === null || name === null) {
            step.unpricedAmount += amount
            continue
        }
        const cost = amount * price
        step.cost += cost
        const period = periods.get(name) ?? { name, amount: 0, cost: 0 }
        period.amount += amount
        period.cost += cost
        periods.set(name, period)
    }
    return { steps, periods: [...periods.values()] }
}

interface PricedAmount {
    startMs: number
    amount: number
    name: string | null
    price: number | null
}

/** The range cut wherever a step, a price or the gas changes. */
function pricedAmounts(query: CostQuery): PricedAmount[] {
    const { terms, edgesMs, timeZone, readers, gone, gasValues = [] } = query
    const [fromMs, toMs] = [edgesMs[0], edgesMs[edgesMs.length - 1]]
    const spans = priceSpans(terms, fromMs, toMs, timeZone)
    const gasChanges = gasValues
        .map(value => value.fromMs)
        .filter(changeMs => changeMs > fromMs && changeMs < toMs)
    const starts = spans.map(({ startMs }) => startMs)
    const cuts = [...new Set([...edgesMs, ...starts, ...gasChanges])]
    cuts.sort((one, other) => one - other)
    const parts = readers.map(read => amountsBetween(cuts, read, gone))
    let at = 0
    return cuts.slice(0, -1).map((startMs, cut) => {
        while (spans[at].endMs <= startMs) at++
        const counted = parts.reduce((sum, part) => sum + (part[cut].amount ?? 0), 0)
        const gas = gasValueAt(gasValues, startMs)
        const amount = (counted * (gas ? whPerLitre(gas) : 1)) / 1000
        return { startMs, amount, name: spans[at].name, price: spans[at].price }
    })
}
