import { expect, test } from "vitest"
import { hashPassword } from "../../../server/auth/passwords.js"
import { buildTown, OTHER_DEVICE_ID, UNCLAIMED_ID } from "../auth/town.js"
import type { HolderName } from "../auth/who-may.js"
import { DEVICE_ID, makeReport, START_MS, seededBytes } from "../helpers.js"

type Town = Awaited<ReturnType<typeof buildTown>>

function report({ store }: Town, deviceId: string): void {
    store.ingest([{ kind: "report", deviceId, nowMs: START_MS, report: makeReport() }])
}

/** Every row that names the device, its channels, boots or sensors, by table. */
function rowsAbout({ db }: Town, deviceId: string): Record<string, number> {
    const ids = (table: string) =>
        db.prepare(`SELECT id FROM ${table} WHERE device_id = ?`).pluck().all(deviceId)
    const wanted: Record<string, unknown[]> = {
        device_id: [deviceId],
        device: [deviceId],
        boot: ids("boots"),
        channel: ids("channels"),
        channel_id: ids("channels"),
    }
    return countRows(db, wanted)
}

function countRows(db: Town["db"], wanted: Record<string, unknown[]>): Record<string, number> {
    const found: Record<string, number> = {}
    const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all()
    for (const table of tables as string[])
        for (const { name } of db.pragma(`table_info(${table})`) as { name: string }[]) {
            // calibrations number channels as their device does
            if (!wanted[name] || (table === "calibrations" && name === "channel")) continue
            const count = db
                .prepare(
                    `SELECT count(*) FROM ${table}
                     WHERE ${name} IN (SELECT value FROM json_each(?))`
                )
                .pluck()
                .get(JSON.stringify(wanted[name])) as number
            if (count > 0) found[`${table}.${name}`] = count
        }
    return found
}

const lines = (text: string) =>
    text.split("\n").flatMap(line => (line === "" ? [] : [JSON.parse(line)]))

test("a device that is nobody's is claimed by its serial, once", async () => {
    const { ask, store } = await buildTown()
    const claim = (who: HolderName, home: number, serial: string) =>
        ask(who, "POST", `/homes/${home}/claims`, { serial })
    expect((await claim("owner", 1, UNCLAIMED_ID)).json()).toEqual({
        deviceId: UNCLAIMED_ID,
        homeId: 1,
    })
    expect(store.homeOfDevice(UNCLAIMED_ID)).toBe(1)
    const taken = await claim("neighbour", 2, UNCLAIMED_ID)
    const unknown = await claim("neighbour", 2, "0".repeat(16))
    expect([taken.statusCode, unknown.statusCode]).toEqual([404, 404])
    expect(taken.json().error.message.replace(UNCLAIMED_ID, "0".repeat(16))).toBe(
        unknown.json().error.message
    )
})

test("guessing serials gets slow", async () => {
    const { ask, time } = await buildTown()
    const claim = () => ask("owner", "POST", "/homes/1/claims", { serial: "0".repeat(16) })
    for (let nth = 1; nth < 100; nth++) await claim()
    const beforeMs = time.uptimeMs
    await claim()
    expect(time.uptimeMs - beforeMs).toBe(5000)
})

test("a device that is let go keeps its key and nothing of what it measured", async () => {
    const town = await buildTown()
    report(town, DEVICE_ID)
    const key = town.store.deviceKey(DEVICE_ID)
    expect((await town.ask("owner", "POST", `/devices/${DEVICE_ID}/release`)).statusCode).toBe(204)
    expect(town.store.deviceKey(DEVICE_ID)).toEqual(key)
    expect(rowsAbout(town, DEVICE_ID)).toEqual({})
    expect(town.store.sensors().map(({ homeId }) => homeId)).toEqual([2])
    await town.ask("neighbour", "POST", "/homes/2/claims", { serial: DEVICE_ID })
    report(town, DEVICE_ID)
    expect((await town.ask("neighbour", "GET", "/now")).json().channels).toHaveLength(3)
})

test("of a device that is erased nothing is left, and of others everything", async () => {
    const town = await buildTown()
    report(town, DEVICE_ID)
    report(town, OTHER_DEVICE_ID)
    const others = rowsAbout(town, OTHER_DEVICE_ID)
    expect(Object.keys(others).length).toBeGreaterThan(5)
    expect((await town.ask("owner", "DELETE", `/devices/${DEVICE_ID}`)).statusCode).toBe(204)
    expect(rowsAbout(town, DEVICE_ID)).toEqual({})
    expect(town.store.deviceKey(DEVICE_ID)).toBeUndefined()
    expect(rowsAbout(town, OTHER_DEVICE_ID)).toEqual(others)
    expect(town.db.pragma("foreign_key_check")).toEqual([])
    // what ingest remembers of the erased must not be taken for the next one's
    const again = await town.ask("owner", "POST", "/devices", { id: DEVICE_ID, name: "Again" })
    expect(again.statusCode).toBe(201)
    const hello = { bootId: 1, uptimeMs: 0, board: "meterbeat_s3", kinds: [0] }
    town.store.ingest([{ kind: "hello", deviceId: DEVICE_ID, nowMs: START_MS, hello }])
    report(town, DEVICE_ID)
    expect((await town.ask("owner", "GET", "/now")).json().channels).toMatchObject([
        { deviceId: DEVICE_ID, totalCount: 20 },
    ])
})

test("a device's export holds every row about it, and nothing that opens anything", async () => {
    const town = await buildTown()
    report(town, DEVICE_ID)
    const reply = await town.ask("owner", "GET", `/devices/${DEVICE_ID}/export`)
    expect(reply.headers["content-type"]).toBe("application/jsonl; charset=utf-8")
    const rows = lines(reply.body)
    const tables = new Set(rows.map(({ table }) => table))
    const about = Object.keys(rowsAbout(town, DEVICE_ID)).map(name => name.split(".")[0])
    for (const table of about) expect([table, tables.has(table)]).toEqual([table, true])
    expect(rows.find(({ table }) => table === "slot_hours").row.counts.base64).toEqual(
        expect.any(String)
    )
    const whole = JSON.stringify(rows)
    expect(new Set(reply.body.split("\n")).size).toBe(rows.length + 1)
    for (const secret of ["sealed_key", "hash"]) expect(whole).not.toContain(secret)
    expect(whole).not.toContain(OTHER_DEVICE_ID)
})

test("a user's export holds the user and the homes it owns", async () => {
    const town = await buildTown()
    await town.ask("owner", "PATCH", "/homes/1", { name: "Ours" })
    const rows = lines((await town.ask("owner", "GET", "/account/export")).body)
    const tables = new Set(rows.map(({ table }) => table))
    for (const table of ["users", "members", "tokens", "homes", "devices", "audit_log"])
        expect([table, tables.has(table)]).toEqual([table, true])
    const whole = JSON.stringify(rows)
    expect(whole).toContain(DEVICE_ID)
    for (const secret of ["password_hash", "sealed_key", OTHER_DEVICE_ID])
        expect(whole).not.toContain(secret)
    const viewers = (await town.ask("viewer", "GET", "/account/export")).body
    expect(viewers).not.toContain(DEVICE_ID)
})

async function withPassword({ store }: Town, name: string): Promise<string> {
    const password = "correct horse"
    const user = store.user(name)
    if (!user) throw new Error("no user")
    store.saveUser({ ...user, passwordHash: await hashPassword(password, seededBytes("salt")) })
    return password
}

test("of a user who is erased nothing is left, nor of homes that nobody else is in", async () => {
    const town = await buildTown()
    report(town, OTHER_DEVICE_ID)
    await town.ask("neighbour", "PATCH", "/sensors/2", { name: "Mine" })
    const currentPassword = await withPassword(town, "neighbour")
    const wrong = await town.ask("neighbour", "POST", "/account/erase", { currentPassword: "x" })
    expect(wrong.statusCode).toBe(401)
    const erased = await town.ask("neighbour", "POST", "/account/erase", { currentPassword })
    expect(erased.statusCode).toBe(204)
    expect((await town.ask("neighbour", "GET", "/session")).statusCode).toBe(401)
    expect((await town.ask("neighbour's token", "GET", "/now")).statusCode).toBe(401)
    expect(town.store.home(2)).toBeUndefined()
    expect(rowsAbout(town, OTHER_DEVICE_ID)).toEqual({})
    const names = { user: ["neighbour"], name: ["neighbour"], actor: ["neighbour"] }
    expect(countRows(town.db, names)).toEqual({})
    expect(town.db.pragma("foreign_key_check")).toEqual([])
})

test.each<[HolderName, string]>([
    ["owner", "Home needs an owner: make another one first."],
    ["admin", "Who runs the server cannot be erased while it runs."],
])("the %s cannot be erased while needed", async (who, message) => {
    const town = await buildTown()
    town.store.saveMember(1, "newcomer", "viewer")
    const currentPassword = await withPassword(town, who)
    const reply = await town.ask(who, "POST", "/account/erase", { currentPassword })
    expect([reply.statusCode, reply.json().error.message]).toEqual([409, message])
})

test("the log says who changed what, and holds no secret", async () => {
    const town = await buildTown()
    const password = await withPassword(town, "viewer")
    await town.ask("stranger", "POST", "/sign-in", { user: "viewer", password: "guessed wrong" })
    await town.ask("stranger", "POST", "/sign-in", { user: "viewer", password })
    await town.ask("editor", "PATCH", "/channels/1", { name: "Main" })
    await town.ask("owner's token", "PATCH", "/channels/2", { name: "Second" })
    await town.ask("viewer", "PATCH", "/channels/1", { name: "Not allowed" })
    const made = (await town.ask("owner", "POST", "/devices", { name: "Shed" })).json()
    const { entries } = (await town.ask("admin", "GET", "/log")).json()
    expect(entries.map((entry: object) => Object.values(entry).slice(2))).toEqual([
        ["owner", "127.0.0.1", "POST /api/v1/devices", 1, {}],
        ["token of owner", "127.0.0.1", "PATCH /api/v1/channels/:id", 1, { id: 2 }],
        ["editor", "127.0.0.1", "PATCH /api/v1/channels/:id", 1, { id: 1 }],
        ["viewer", "127.0.0.1", "POST /api/v1/sign-in", null, {}],
        [null, "127.0.0.1", "sign-in refused", null, { user: "viewer" }],
    ])
    for (const secret of [password, "guessed wrong", made.key])
        expect(JSON.stringify(entries)).not.toContain(secret)
    const home = (await town.ask("owner", "GET", "/homes/1/log?limit=2")).json().entries
    expect(home.map(({ action }: { action: string }) => action)).toEqual([
        "POST /api/v1/devices",
        "PATCH /api/v1/channels/:id",
    ])
    const older = `/homes/1/log?beforeId=${home[1].id}`
    expect((await town.ask("owner", "GET", older)).json().entries).toHaveLength(1)
    expect((await town.ask("neighbour", "GET", "/homes/2/log")).json().entries).toEqual([])
})
