import type { Database } from "better-sqlite3"
import type { PeopleStore, Share } from "./people-store.js"

type ShareQueries = Pick<PeopleStore, "addShare" | "sharesOf" | "removeShare" | "isSharedWith">

export function shareQueries(db: Database): ShareQueries {
    const columns = "id, home_id AS homeId, sensor AS sensorId, user"
    const add = db.prepare(
        `INSERT INTO shares (home_id, sensor, user) VALUES (@homeId, @sensorId, @user)
         ON CONFLICT DO NOTHING`
    )
    const find = db.prepare<object, Share>(
        `SELECT ${columns} FROM shares
         WHERE home_id = @homeId AND user = @user AND sensor IS @sensorId`
    )
    const ofHome = db.prepare<[number], Share>(
        `SELECT ${columns} FROM shares WHERE home_id = ? ORDER BY id`
    )
    const remove = db.prepare("DELETE FROM shares WHERE id = ?")
    const isShared = db
        .prepare<[string, number], number>(
            `SELECT 1 FROM sensors JOIN shares ON shares.home_id = sensors.home_id
             WHERE shares.user = ? AND sensors.id = ?
                 AND (shares.sensor = sensors.id OR shares.sensor IS NULL AND sensors.is_main)`
        )
        .pluck()
    return {
        addShare(share) {
            add.run(share)
            const found = find.get(share)
            if (!found) throw new Error("a new share did not come back")
            return found
        },
        sharesOf: homeId => ofHome.all(homeId),
        removeShare: id => void remove.run(id),
        isSharedWith: (sensorId, user) => isShared.get(user, sensorId) !== undefined,
    }
}
