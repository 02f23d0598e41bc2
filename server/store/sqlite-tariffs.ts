import type { Database } from "better-sqlite3"
import { AppError } from "../errors.js"
import type { Tariff } from "../tariffs/tariff.js"
import { meterReadingQueries } from "./sqlite-meter-readings.js"
import type { DatedGasValue, TariffsStore } from "./tariffs-store.js"

type TariffRow = Pick<Tariff, "id" | "homeId" | "name" | "type" | "direction"> & { terms: string }

export function tariffQueries(db: Database): TariffsStore {
    const all = db.prepare<[number], TariffRow>(
        `SELECT id, home_id AS homeId, name, type, direction, terms FROM tariffs
         WHERE home_id = ? ORDER BY id`
    )
    const nameUser = db
        .prepare<[number, string], number>("SELECT id FROM tariffs WHERE home_id = ? AND name = ?")
        .pluck()
    const insert = db
        .prepare<[object], number>(
            `INSERT INTO tariffs (home_id, name, type, direction, terms)
             VALUES (@homeId, @name, @type, @direction, @terms) RETURNING id`
        )
        .pluck()
    const update = db.prepare(
        `UPDATE tariffs SET name = @name, type = @type, direction = @direction, terms = @terms
         WHERE id = @id`
    )
    const remove = db.prepare("DELETE FROM tariffs WHERE id = ?")
    const checkName = (homeId: number, name: string, id?: number) => {
        const user = nameUser.get(homeId, name)
        if (user !== undefined && user !== id)
            throw new AppError("conflict", `name: there is already a tariff ${name}`)
    }
    return {
        tariffs: homeId => all.all(homeId).map(toTariff),
        addTariff: db.transaction((tariff: Omit<Tariff, "id">) => {
            checkName(tariff.homeId, tariff.name)
            const id = insert.get(toRow(tariff))
            if (id === undefined) throw new Error("a new tariff did not come back")
            return { ...tariff, id }
        }).immediate,
        saveTariff: db.transaction((tariff: Tariff) => {
            checkName(tariff.homeId, tariff.name, tariff.id)
            update.run({ ...toRow(tariff), id: tariff.id })
        }).immediate,
        removeTariff: id => void remove.run(id),
        ...gasQueries(db),
        ...meterReadingQueries(db),
    }
}

function toTariff({ terms, ...row }: TariffRow): Tariff {
    return { ...row, ...JSON.parse(terms) }
}

function toRow({ homeId, name, type, direction, ...terms }: Omit<Tariff, "id">) {
    const { currency, unit, holidays, versions } = terms
    return {
        homeId,
        name,
        type,
        direction,
        terms: JSON.stringify({ currency, unit, holidays, versions }),
    }
}

function gasQueries(db: Database): Pick<TariffsStore, "gasValues" | "saveGasValues"> {
    const all = db.prepare<[number], DatedGasValue>(
        `SELECT valid_from AS validFrom, calorific_kwh_per_m3 AS calorificKwhPerM3, correction
         FROM gas_values WHERE home_id = ? ORDER BY valid_from`
    )
    const clear = db.prepare("DELETE FROM gas_values WHERE home_id = ?")
    const add = db.prepare(
        `INSERT INTO gas_values (home_id, valid_from, calorific_kwh_per_m3, correction)
         VALUES (@homeId, @validFrom, @calorificKwhPerM3, @correction)`
    )
    return {
        gasValues: homeId => all.all(homeId),
        saveGasValues: db.transaction((homeId: number, values: DatedGasValue[]) => {
            clear.run(homeId)
            for (const value of values) add.run({ homeId, ...value })
        }).immediate,
    }
}
