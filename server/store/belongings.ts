import type { Database } from "better-sqlite3"

/** Rows that belong to something, as a condition on their table. */
export interface Belonging {
    table: string
    /** With the parameter `key`: what it all belongs to. */
    condition: string
}

interface Reference {
    table: string
    column: string
    target: string
    targetColumn: string
}

/**
 * Every row that belongs to a row of `root` by foreign keys, however far, the farthest first and the row itself
 * last. Read from the schema, so that no table can be forgotten.
 */
export function belongingsOf(db: Database, root: "devices" | "homes" | "users"): Belonging[] {
    const references = readReferences(db)
    const key = root === "users" ? "name" : "id"
    const found = new Map<string, string[]>()
    const follow = (table: string, condition: string, path: string[]) => {
        for (const { table: from, column, targetColumn } of references.filter(
            reference => reference.target === table && !path.includes(reference.table)
        ))
            follow(from, `${column} IN (SELECT ${targetColumn} FROM ${table} WHERE ${condition})`, [
                ...path,
                from,
            ])
        found.set(table, [...(found.get(table) ?? []), condition])
    }
    follow(root, `${key} = @key`, [root])
    return [...found].map(([table, conditions]) => ({
        table,
        condition: conditions.map(condition => `(${condition})`).join(" OR "),
    }))
}

function readReferences(db: Database): Reference[] {
    const tables = db
        .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'")
        .pluck()
        .all()
    return tables.flatMap(table => {
        const keys = db.pragma(`foreign_key_list(${table})`) as {
            table: string
            from: string
            to: string
        }[]
        return keys.map(({ table: target, from: column, to }) => ({
            table,
            column,
            target,
            targetColumn: to,
        }))
    })
}
