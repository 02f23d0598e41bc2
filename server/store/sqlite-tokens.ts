import type { Database } from "better-sqlite3"
import type { PeopleStore, Token } from "./people-store.js"

const TOKEN_COLUMNS = `id, kind, name, user, sensor AS sensorId, device_id AS deviceId,
    created_ms AS createdMs, last_used_ms AS lastUsedMs`

type TokenQueries = Pick<
    PeopleStore,
    "addToken" | "tokensOf" | "token" | "tokenOfHash" | "touchToken" | "removeToken"
>

export function tokenQueries(db: Database): TokenQueries {
    const add = db.prepare<[object], Token>(
        `INSERT INTO tokens (hash, kind, name, user, sensor, device_id, created_ms)
         VALUES (@hash, @kind, @name, @user, @sensorId, @deviceId, @createdMs)
         RETURNING ${TOKEN_COLUMNS}`
    )
    const one = db.prepare<[number], Token>(`SELECT ${TOKEN_COLUMNS} FROM tokens WHERE id = ?`)
    const ofUser = db.prepare<[string, string], Token>(
        `SELECT ${TOKEN_COLUMNS} FROM tokens WHERE user = ?
         OR (SELECT home_id FROM sensors WHERE id = tokens.sensor UNION ALL
             SELECT home_id FROM devices WHERE id = tokens.device_id)
             IN (SELECT home_id FROM members WHERE user = ? AND role = 'owner')
         ORDER BY id`
    )
    const byHash = db.prepare<[Buffer], Token>(`SELECT ${TOKEN_COLUMNS} FROM tokens WHERE hash = ?`)
    const touch = db.prepare("UPDATE tokens SET last_used_ms = ? WHERE id = ?")
    const remove = db.prepare("DELETE FROM tokens WHERE id = ?")
    return {
        addToken(token) {
            const added = add.get(token)
            if (!added) throw new Error("a new token did not come back")
            return added
        },
        tokensOf: user => ofUser.all(user, user),
        token: id => one.get(id),
        tokenOfHash: hash => byHash.get(hash),
        touchToken: (id, nowMs) => void touch.run(nowMs, id),
        removeToken: id => void remove.run(id),
    }
}
