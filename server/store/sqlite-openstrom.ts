import type { Database } from "better-sqlite3"
import { KIND_CHIP } from "../../src/wire/channels.js"
import { ENERGY_UNIT_WH, type MainsSlot } from "../../src/wire/mains-slots.js"
import type { ForeignStore, ReadingsResult } from "./foreign-store.js"
import { fromRow, MainsBatch, prepareMains } from "./mains-batch.js"
import { splitSlot } from "./mains-sums.js"
import type { MainsReading, OpenstromStore, Relay } from "./openstrom-store.js"
import { RESOLUTION_SECONDS } from "./store.js"
import { prepareSums, SumBatch } from "./sum-batch.js"
import { isFarAhead } from "./timing.js"

const SLOT_S = RESOLUTION_SECONDS.slot
const CIRCUITS = 10

export function openstromQueries(
    db: Database,
    { addForeignDevice }: Pick<ForeignStore, "addForeignDevice">
): OpenstromStore {
    const measure = db.prepare("UPDATE channels SET kind = ? WHERE device_id = ?")
    const addDevice: OpenstromStore["addOpenstromDevice"] = device => {
        const channels = Array.from({ length: CIRCUITS }, (_, at) => ({
            name: `Circuit ${at + 1}`,
            type: "electricity" as const,
            perPulse: ENERGY_UNIT_WH,
        }))
        const id = addForeignDevice({ protocol: "openstrom", ...device, channels })
        measure.run(KIND_CHIP, id)
        return id
    }
    const write = readingsWriter(db)
    return {
        addOpenstromDevice: db.transaction(addDevice).immediate,
        storeMainsReadings: db.transaction<OpenstromStore["storeMainsReadings"]>(
            (channels, nowMs) =>
                channels.map(({ channelId, readings }) => write(channelId, readings, nowMs))
        ).immediate,
        ...relayQueries(db),
    }
}

type WriteReadings = (channelId: number, readings: MainsReading[], nowMs: number) => ReadingsResult

function readingsWriter(db: Database): WriteReadings {
    const mains = prepareMains(db)
    const sums = prepareSums(db)
    const goneBeforeS = db.prepare<[], number>("SELECT slots_gone_before_s FROM retention").pluck()
    const saveTotals = db.prepare(
        `UPDATE channels SET total_count = total_count + @energyIn,
             placed_count = placed_count + @energyIn, total_out = total_out + @energyOut,
             last_slot_end_ms = max(coalesce(last_slot_end_ms, 0), @endMs)
         WHERE id = @channelId`
    )
    return (channelId, readings, nowMs) => {
        const result: ReadingsResult = { stored: 0, known: 0, conflicting: 0, ahead: 0 }
        const sumBatch = new SumBatch(sums)
        const batch = new MainsBatch(mains, sumBatch)
        const added = { energyIn: 0, energyOut: 0, endMs: 0 }
        const goneS = goneBeforeS.get() ?? 0
        const place = (startS: number, slot: MainsSlot): keyof ReadingsResult => {
            if (startS < goneS) return "known"
            const row = mains.slot.get(channelId, startS)
            if (row) return isSame(fromRow(row), slot) ? "known" : "conflicting"
            batch.add(channelId, startS, SLOT_S, [slot])
            added.energyIn += slot.energyIn
            added.energyOut += slot.energyOut
            added.endMs = Math.max(added.endMs, (startS + SLOT_S) * 1000)
            return "stored"
        }
        for (const reading of readings) {
            if (isFarAhead((reading.startS + reading.seconds) * 1000, nowMs)) result.ahead++
            else result[outcomeOf(reading, place)]++
        }
        batch.flush()
        sumBatch.flush()
        if (result.stored > 0) saveTotals.run({ channelId, ...added })
        return result
    }
}

/** A reading is new when some of it is, and contradicts when none is new and some does. */
function outcomeOf(
    { startS, seconds, slot }: MainsReading,
    place: (startS: number, slot: MainsSlot) => keyof ReadingsResult
): keyof ReadingsResult {
    const parts = splitSlot(slot, seconds / SLOT_S)
    const outcomes = parts.map((part, at) => place(startS + at * SLOT_S, part))
    if (outcomes.includes("stored")) return "stored"
    return outcomes.includes("conflicting") ? "conflicting" : "known"
}

function isSame(one: MainsSlot, other: MainsSlot): boolean {
    const names = Object.keys(one) as (keyof MainsSlot)[]
    return names.every(name => Number(one[name]) === Number(other[name]))
}

interface RelayRow {
    number: number
    wanted: number | null
    wantedMs: number | null
    said: number | null
    toldMs: number | null
}

function relayQueries(
    db: Database
): Pick<OpenstromStore, "relays" | "saveWantedRelay" | "saveToldRelays"> {
    const all = db.prepare<[string], RelayRow>(
        `SELECT number, wanted, wanted_ms AS wantedMs, said, said_ms AS toldMs
         FROM openstrom_relays WHERE device_id = ? ORDER BY number`
    )
    const saveWanted = db.prepare(
        `INSERT INTO openstrom_relays (device_id, number, wanted, wanted_ms) VALUES (?, ?, ?, ?)
         ON CONFLICT (device_id, number) DO UPDATE SET
             wanted = excluded.wanted, wanted_ms = excluded.wanted_ms`
    )
    const saveTold = db.prepare(
        `INSERT INTO openstrom_relays (device_id, number, said, said_ms) VALUES (?, ?, ?, ?)
         ON CONFLICT (device_id, number) DO UPDATE SET
             said = excluded.said, said_ms = excluded.said_ms`
    )
    return {
        relays: deviceId => all.all(deviceId).map(toRelay),
        saveWantedRelay: (deviceId, number, isOn, nowMs) =>
            void saveWanted.run(deviceId, number, isOn === null ? null : Number(isOn), nowMs),
        saveToldRelays: db.transaction<OpenstromStore["saveToldRelays"]>(
            (deviceId, relays, nowMs) => {
                for (const { number, isOn } of relays)
                    saveTold.run(deviceId, number, Number(isOn), nowMs)
            }
        ).immediate,
    }
}

function toRelay({ number, wanted, wantedMs, said, toldMs }: RelayRow): Relay {
    const isWantedOn = wanted === null ? null : wanted === 1
    return { number, isWantedOn, wantedMs, isOn: said === null ? null : said === 1, toldMs }
}
