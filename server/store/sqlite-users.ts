import type { Database } from "better-sqlite3"
import type { PeopleStore } from "./people-store.js"
import type { User } from "./store.js"

type UserQueries = Pick<
    PeopleStore,
    | "user"
    | "saveUser"
    | "addSession"
    | "sessionTimes"
    | "shortenSession"
    | "sessionUser"
    | "removeSession"
    | "removeOtherSessions"
    | "removeExpiredSessions"
>

interface UserRow {
    name: string
    password_hash: string
    must_change_password: number
    is_admin: number
}

export function userQueries(db: Database): UserQueries {
    const byName = db.prepare<[string], UserRow>("SELECT * FROM users WHERE name = ?")
    const save = db.prepare(
        `INSERT INTO users (name, password_hash, must_change_password, is_admin)
         VALUES (@name, @passwordHash, @mustChange, @admin)
         ON CONFLICT (name) DO UPDATE SET password_hash = excluded.password_hash,
             must_change_password = excluded.must_change_password, is_admin = excluded.is_admin`
    )
    const addSession = db.prepare(
        "INSERT INTO sessions (hash, user, expires_ms, made_ms) VALUES (?, ?, ?, ?)"
    )
    const times = db.prepare<[Buffer], { madeMs: number; expiresMs: number }>(
        "SELECT made_ms AS madeMs, expires_ms AS expiresMs FROM sessions WHERE hash = ?"
    )
    const shorten = db.prepare("UPDATE sessions SET expires_ms = min(expires_ms, ?) WHERE hash = ?")
    const bySession = db.prepare<[Buffer, number], UserRow>(
        `SELECT users.* FROM sessions JOIN users ON users.name = sessions.user
         WHERE hash = ? AND expires_ms > ?`
    )
    const remove = db.prepare("DELETE FROM sessions WHERE hash = ?")
    const removeOthers = db.prepare("DELETE FROM sessions WHERE user = ? AND hash <> ?")
    const removeExpired = db.prepare("DELETE FROM sessions WHERE expires_ms <= ?")
    return {
        user: name => toUser(byName.get(name)),
        saveUser: user =>
            void save.run({
                ...user,
                mustChange: user.mustChangePassword ? 1 : 0,
                admin: user.isAdmin ? 1 : 0,
            }),
        addSession: (hash, user, expiresMs, madeMs) =>
            void addSession.run(hash, user, expiresMs, madeMs),
        sessionTimes: hash => times.get(hash),
        shortenSession: (hash, expiresMs) => void shorten.run(expiresMs, hash),
        sessionUser: (hash, nowMs) => toUser(bySession.get(hash, nowMs)),
        removeSession: hash => void remove.run(hash),
        removeOtherSessions: (user, keepHash) => void removeOthers.run(user, keepHash),
        removeExpiredSessions: nowMs => void removeExpired.run(nowMs),
    }
}

function toUser(row: UserRow | undefined): User | undefined {
    return (
        row && {
            name: row.name,
            passwordHash: row.password_hash,
            mustChangePassword: row.must_change_password === 1,
            isAdmin: row.is_admin === 1,
        }
    )
}
