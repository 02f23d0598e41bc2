import type { Database } from "better-sqlite3"
import type { Home, PeopleStore, Role } from "./people-store.js"
import { auditQueries } from "./sqlite-audit.js"
import { shareQueries } from "./sqlite-shares.js"
import { tokenQueries } from "./sqlite-tokens.js"

/** Statements of homes, members, and what is whose. */
export function peopleQueries(db: Database): PeopleStore {
    return {
        ...homeQueries(db),
        ...placeQueries(db),
        ...shareQueries(db),
        ...tokenQueries(db),
        ...auditQueries(db),
    }
}

type HomeQueries = Pick<PeopleStore, "home" | "addHome" | "homesOf" | "memberRole" | "saveMember">

function homeQueries(db: Database): HomeQueries {
    const one = db.prepare<[number], Home>(
        "SELECT id, name, time_zone AS timeZone FROM homes WHERE id = ?"
    )
    const add = db.prepare<[string, string], Home>(
        "INSERT INTO homes (name, time_zone) VALUES (?, ?) RETURNING id, name, time_zone AS timeZone"
    )
    const homesOf = db.prepare<[string], Home & { role: Role }>(
        `SELECT homes.id, homes.name, time_zone AS timeZone, role
         FROM members JOIN homes ON homes.id = home_id WHERE user = ? ORDER BY homes.id`
    )
    const roleOf = db
        .prepare<[number, string], Role>("SELECT role FROM members WHERE home_id = ? AND user = ?")
        .pluck()
    const saveMember = db.prepare(
        `INSERT INTO members (home_id, user, role) VALUES (?, ?, ?)
         ON CONFLICT (home_id, user) DO UPDATE SET role = excluded.role`
    )
    return {
        home: id => one.get(id),
        addHome({ name, timeZone }) {
            const home = add.get(name, timeZone)
            if (!home) throw new Error("a new home did not come back")
            return home
        },
        homesOf: user => homesOf.all(user),
        memberRole: (homeId, user) => roleOf.get(homeId, user),
        saveMember: (homeId, user, role) => void saveMember.run(homeId, user, role),
    }
}

type PlaceQueries = Pick<
    PeopleStore,
    | "homeOfSensor"
    | "homeOfDevice"
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
