import type { Database } from "better-sqlite3"
import type { Home, PeopleStore, Role } from "./people-store.js"

type HomeQueries = Pick<
    PeopleStore,
    | "home"
    | "addHome"
    | "saveHome"
    | "homesOf"
    | "members"
    | "memberRole"
    | "saveMember"
    | "removeMember"
>

export function homeQueries(db: Database): HomeQueries {
    const columns = "homes.id, homes.name, time_zone AS timeZone"
    const one = db.prepare<[number], Home>(`SELECT ${columns} FROM homes WHERE id = ?`)
    const add = db.prepare<object, Home>(
        `INSERT INTO homes (name, time_zone) VALUES (@name, @timeZone) RETURNING ${columns}`
    )
    const save = db.prepare("UPDATE homes SET name = @name, time_zone = @timeZone WHERE id = @id")
    return {
        home: id => one.get(id),
        addHome(home) {
            const added = add.get(home)
            if (!added) throw new Error("a new home did not come back")
            return added
        },
        saveHome: home => void save.run(home),
        ...memberQueries(db, columns),
    }
}

type MemberQueries = Pick<
    HomeQueries,
    "homesOf" | "members" | "memberRole" | "saveMember" | "removeMember"
>

function memberQueries(db: Database, columns: string): MemberQueries {
    const homesOf = db.prepare<[string], Home & { role: Role }>(
        `SELECT ${columns}, role FROM members JOIN homes ON homes.id = home_id
         WHERE user = ? ORDER BY homes.id`
    )
    const members = db.prepare<[number], { user: string; role: Role }>(
        "SELECT user, role FROM members WHERE home_id = ? ORDER BY user"
    )
    const roleOf = db
        .prepare<[number, string], Role>("SELECT role FROM members WHERE home_id = ? AND user = ?")
        .pluck()
    const save = db.prepare(
        `INSERT INTO members (home_id, user, role) VALUES (?, ?, ?)
         ON CONFLICT (home_id, user) DO UPDATE SET role = excluded.role`
    )
    const remove = db.prepare("DELETE FROM members WHERE home_id = @homeId AND user = @user")
    const revoke = db.prepare(
        `DELETE FROM tokens WHERE user = @user
             AND (sensor IN (SELECT id FROM sensors WHERE home_id = @homeId)
                 OR device_id IN (SELECT id FROM devices WHERE home_id = @homeId))`
    )
    return {
        homesOf: user => homesOf.all(user),
        members: homeId => members.all(homeId),
        memberRole: (homeId, user) => roleOf.get(homeId, user),
        saveMember: db.transaction((homeId: number, user: string, role: Role) => {
            save.run(homeId, user, role)
            // who may not make such tokens shall not have any
            if (role === "viewer") revoke.run({ homeId, user })
        }).immediate,
        removeMember: db.transaction((homeId: number, user: string) => {
            remove.run({ homeId, user })
            revoke.run({ homeId, user })
        }).immediate,
    }
}
