import type { Database } from "better-sqlite3"
import type { PeopleStore } from "./people-store.js"
import { auditQueries } from "./sqlite-audit.js"
import { erasureQueries } from "./sqlite-erase.js"
import { homeQueries } from "./sqlite-homes.js"
import { invitationQueries } from "./sqlite-invitations.js"
import { shareQueries } from "./sqlite-shares.js"
import { tokenQueries } from "./sqlite-tokens.js"
import { userQueries } from "./sqlite-users.js"

/** Statements of homes, members, and what is whose. */
export function peopleQueries(db: Database): PeopleStore {
    return {
        ...userQueries(db),
        ...homeQueries(db),
        ...placeQueries(db),
        ...shareQueries(db),
        ...tokenQueries(db),
        ...auditQueries(db),
        ...invitationQueries(db),
        ...erasureQueries(db),
    }
}

type PlaceQueries = Pick<
    PeopleStore,
    | "homeOfSensor"
    | "homeOfDevice"
    | "isUnclaimed"
    | "claimDevice"
    | "homeOfChannel"
    | "channelOfWaveform"
    | "devicesOfHomes"
    | "devicesOfSensor"
    | "deviceOfChannel"
    | "sensorOfPublicId"
>

function placeQueries(db: Database): PlaceQueries {
    const place = <Id>(sql: string) => {
        const statement = db.prepare<[Id], number | null>(sql).pluck()
        return (id: Id) => statement.get(id) ?? undefined
    }
    const unclaimed = db
        .prepare<[string], number>("SELECT 1 FROM devices WHERE id = ? AND home_id IS NULL")
        .pluck()
    const claim = db.prepare("UPDATE devices SET home_id = ? WHERE id = ? AND home_id IS NULL")
    const ofHomes = db
        .prepare<[string], string>(
            "SELECT id FROM devices WHERE home_id IN (SELECT value FROM json_each(?))"
        )
        .pluck()
    const devicesOf = db
        .prepare<[number], string>(
            `SELECT DISTINCT device_id FROM sensor_channels JOIN channels ON channels.id = channel
             WHERE sensor = ?`
        )
        .pluck()
    const deviceOf = db
        .prepare<[number], string>("SELECT device_id FROM channels WHERE id = ?")
        .pluck()
    const byPublicId = db
        .prepare<[string], number>("SELECT id FROM sensors WHERE public_id = ?")
        .pluck()
    return {
        homeOfSensor: place<number>("SELECT home_id FROM sensors WHERE id = ?"),
        homeOfDevice: place<string>("SELECT home_id FROM devices WHERE id = ?"),
        isUnclaimed: deviceId => unclaimed.get(deviceId) !== undefined,
        claimDevice: (deviceId, homeId) => void claim.run(homeId, deviceId),
        homeOfChannel: place<number>(
            `SELECT home_id FROM channels JOIN devices ON devices.id = device_id
             WHERE channels.id = ?`
        ),
        channelOfWaveform: place<number>("SELECT channel FROM waveforms WHERE id = ?"),
        devicesOfHomes: homeIds => ofHomes.all(JSON.stringify(homeIds)),
        devicesOfSensor: sensorId => devicesOf.all(sensorId),
        deviceOfChannel: channelId => deviceOf.get(channelId),
        sensorOfPublicId: publicId => byPublicId.get(publicId),
    }
}
