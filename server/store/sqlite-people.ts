import type { Database } from "better-sqlite3"
import type { Home, PeopleStore, Role, Token } from "./people-store.js"
import { auditQueries } from "./sqlite-audit.js"

const TOKEN_COLUMNS = `id, kind, name, user, sensor AS sensorId, device_id AS deviceId,
    created_ms AS createdMs, last_used_ms AS lastUsedMs`

/** Statements of homes, members, and what is whose. */
export function peopleQueries(db: Database): PeopleStore {
    return { ...homeQueries(db), ...placeQueries(db), ...tokenQueries(db), ...auditQueries(db) }
}

type HomeQueries = Pick<
    PeopleStore,
    "home" | "addHome" | "homesOf" | "memberRole" | "saveMember" | "isSharedWith"
>

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
    const isShared = db
        .prepare<[string, number], number>(
            `SELECT 1 FROM sensors JOIN shares ON shares.home_id = sensors.home_id
             WHERE shares.user = ? AND sensors.id = ?
                 AND (shares.sensor = sensors.id OR shares.sensor IS NULL AND sensors.is_main)`
        )
        .pluck()
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
        isSharedWith: (sensorId, user) => isShared.get(user, sensorId) !== undefined,
    }
}

type PlaceQueries = Pick<
    PeopleStore,
    | "homeOfSensor"
    | "homeOfDevice"
    | "homeOfChannel"
    | "homeOfWaveform"
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
        homeOfWaveform: place<number>(
            `SELECT home_id FROM waveforms JOIN channels ON channels.id = channel
             JOIN devices ON devices.id = device_id WHERE waveforms.id = ?`
        ),
        devicesOfHomes: homeIds => ofHomes.all(JSON.stringify(homeIds)),
        devicesOfSensor: sensorId => devicesOf.all(sensorId),
        deviceOfChannel: channelId => deviceOf.get(channelId),
        sensorOfPublicId: publicId => byPublicId.get(publicId),
    }
}

type TokenQueries = Pick<
    PeopleStore,
    "addToken" | "token" | "tokenOfHash" | "touchToken" | "removeToken"
>

function tokenQueries(db: Database): TokenQueries {
    const add = db.prepare<[object], Token>(
        `INSERT INTO tokens (hash, kind, name, user, sensor, device_id, created_ms)
         VALUES (@hash, @kind, @name, @user, @sensorId, @deviceId, @createdMs)
         RETURNING ${TOKEN_COLUMNS}`
    )
    const one = db.prepare<[number], Token>(`SELECT ${TOKEN_COLUMNS} FROM tokens WHERE id = ?`)
    const byHash = db.prepare<[Buffer], Token>(`SELECT ${TOKEN_COLUMNS} FROM tokens WHERE hash = ?`)
    const touch = db.prepare("UPDATE tokens SET last_used_ms = ? WHERE id = ?")
    const remove = db.prepare("DELETE FROM tokens WHERE id = ?")
    return {
        addToken(token) {
            const added = add.get(token)
            if (!added) throw new Error("a new token did not come back")
            return added
        },
        token: id => one.get(id),
        tokenOfHash: hash => byHash.get(hash),
        touchToken: (id, nowMs) => void touch.run(nowMs, id),
        removeToken: id => void remove.run(id),
    }
}
