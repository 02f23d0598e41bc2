import { expect, test } from "vitest"
import { SESSION_COOKIE } from "../../../server/auth/sessions.js"
import { buildTown, UNCLAIMED_ID } from "../auth/town.js"
import type { HolderName } from "../auth/who-may.js"
import { DEVICE_ID, makeReport, START_MS } from "../helpers.js"
import { request } from "./sign-in.js"

type Town = Awaited<ReturnType<typeof buildTown>>

const ACCOUNT = { user: "new.one", password: "a long password" }

async function invite({ ask }: Town, role: string): Promise<string> {
    const made = await ask("owner", "POST", "/homes/1/invitations", { role })
    expect(made.statusCode).toBe(201)
    return made.json().code
}

test("an invitation makes an account with its role, once", async () => {
    const town = await buildTown()
    const code = await invite(town, "editor")
    const joined = await town.ask("stranger", "POST", "/invitations/join", { ...ACCOUNT, code })
    expect([joined.statusCode, joined.json()]).toEqual([
        201,
        { user: "new.one", homeId: 1, role: "editor" },
    ])
    const send = request(town.app, joined.cookies[0].value)
    expect(joined.cookies[0].name).toBe(SESSION_COOKIE)
    expect((await send("GET", "/homes")).json().homes).toEqual([
        { id: 1, name: "Home", timeZone: "UTC", role: "editor" },
    ])
    expect((await send("PATCH", "/channels/1", { name: "Main" })).statusCode).toBe(200)
    const again = { ...ACCOUNT, user: "other", code }
    const refused = await town.ask("stranger", "POST", "/invitations/join", again)
    expect([refused.statusCode, refused.json().error.message]).toEqual([
        401,
        "code: opens nothing, or nothing any more",
    ])
    const known = { user: ACCOUNT.user, password: ACCOUNT.password }
    expect((await town.ask("stranger", "POST", "/sign-in", known)).statusCode).toBe(200)
})

test("an invitation takes in who has an account, and never lowers a role", async () => {
    const town = await buildTown()
    const accept = async (who: HolderName, role: string) =>
        town.ask(who, "POST", "/invitations/accept", { code: await invite(town, role) })
    expect((await accept("neighbour", "viewer")).json().role).toBe("viewer")
    expect(town.store.memberRole(1, "neighbour")).toBe("viewer")
    await accept("owner", "viewer")
    expect(town.store.memberRole(1, "owner")).toBe("owner")
})

test.each<[string, object, number, string]>([
    ["a taken name", { user: "viewer" }, 409, "user: there is already a user viewer"],
    ["a short password", { password: "short" }, 400, "password: must be at least 10 characters"],
    ["a strange name", { user: "a b" }, 400, "user: must be up to 60 letters"],
    ["a wrong code", { code: "0".repeat(32) }, 401, "code: opens nothing"],
])("joining with %s is refused", async (_name, change, status, message) => {
    const town = await buildTown()
    const body = { ...ACCOUNT, code: await invite(town, "viewer"), ...change }
    const reply = await town.ask("stranger", "POST", "/invitations/join", body)
    expect(reply.statusCode).toBe(status)
    expect(reply.json().error.message).toContain(message)
    expect(town.store.invitations(1, START_MS)).toHaveLength(2)
})

test("an invitation is over after a week, or when it is taken back", async () => {
    const town = await buildTown()
    const codes = [await invite(town, "viewer"), await invite(town, "viewer")]
    const { invitations } = (await town.ask("owner", "GET", "/homes/1/invitations")).json()
    await town.ask("owner", "DELETE", `/homes/1/invitations/${invitations[2].id}`)
    const join = (code: string) =>
        town.ask("stranger", "POST", "/invitations/join", { ...ACCOUNT, code })
    expect((await join(codes[1])).statusCode).toBe(401)
    town.time.nowMs += 7 * 86_400_000
    expect((await join(codes[0])).statusCode).toBe(401)
})

test("an admin invites to an account alone, which sees nothing", async () => {
    const { ask, app } = await buildTown()
    const { code } = (await ask("admin", "POST", "/invitations")).json()
    const joined = await ask("stranger", "POST", "/invitations/join", { ...ACCOUNT, code })
    expect(joined.json()).toEqual({ user: "new.one", homeId: null, role: null })
    const send = request(app, joined.cookies[0].value)
    expect((await send("GET", "/devices")).json()).toEqual({ devices: [] })
    expect((await send("GET", "/sensors")).json()).toEqual({ sensors: [] })
})

test("lists hold what is of one's own homes", async () => {
    const { ask, store } = await buildTown()
    store.ingest([{ kind: "report", deviceId: DEVICE_ID, nowMs: START_MS, report: makeReport() }])
    const seen = async (who: HolderName) => {
        const [devices, channels, now, sensors] = await Promise.all(
            ["/devices", "/channels", "/now", "/sensors"].map(async path =>
                (await ask(who, "GET", path)).json()
            )
        )
        return [devices.devices, channels.channels, now.channels, sensors.sensors].map(list =>
            list.map(({ id }: { id: unknown }) => id)
        )
    }
    const home1 = [[DEVICE_ID], [1, 2, 3], [1, 2, 3], [1]]
    expect(await seen("owner")).toEqual(home1)
    expect(await seen("viewer's token")).toEqual(home1)
    expect(await seen("neighbour")).toEqual([["00112233445566bb"], [4, 5, 6], [4, 5, 6], [2]])
    expect(await seen("friend")).toEqual([[], [], [], [1]])
    // who runs the server sees what nobody claimed, and nobody's home
    expect(await seen("admin")).toEqual([[UNCLAIMED_ID], [], [], []])
})

test("a shared home shows its main sensors, and no others", async () => {
    const { ask, store } = await buildTown()
    const share = await ask("owner", "POST", "/homes/1/shares", { user: "neighbour" })
    expect(share.json()).toMatchObject({ homeId: 1, sensorId: null, user: "neighbour" })
    const path = "/sensors/1/series?fromMs=0&toMs=1"
    expect((await ask("neighbour", "GET", path)).statusCode).toBe(404)
    const sensor = (await ask("owner", "PATCH", "/sensors/1", { isMain: true })).json()
    expect(sensor).toMatchObject({
        isMain: true,
        publicId: expect.stringMatching(/^[0-9a-f]{32}$/),
    })
    expect((await ask("neighbour", "GET", path)).statusCode).toBe(200)
    expect((await ask("neighbour", "GET", "/channels/1/series?fromMs=0&toMs=1")).statusCode).toBe(
        404
    )
    expect((await ask("neighbour", "PATCH", "/sensors/1", { name: "x" })).statusCode).toBe(403)
    await ask("owner", "DELETE", `/homes/1/shares/${share.json().id}`)
    expect((await ask("neighbour", "GET", path)).statusCode).toBe(404)
    expect(store.sharesOf(1)).toHaveLength(1)
})

test.each<[object, string]>([
    [{ user: "nobody" }, "user: there is no user nobody"],
    [{ user: "friend", sensorId: 2 }, "sensorId: there is no sensor 2"],
])("sharing %j is refused", async (body, message) => {
    const { ask } = await buildTown()
    const reply = await ask("owner", "POST", "/homes/1/shares", body)
    expect([reply.statusCode, reply.json().error.message]).toEqual([400, message])
})

test("a sensor is of one home", async () => {
    const { ask, store } = await buildTown()
    store.saveMember(2, "owner", "editor")
    const sensor = { name: "All", type: "electricity" }
    const reply = await ask("owner", "POST", "/sensors", { ...sensor, channelIds: [1, 4] })
    expect(reply.json().error.message).toBe("channelIds: must be of one home")
    const made = await ask("owner", "POST", "/sensors", { ...sensor, channelIds: [4] })
    expect(made.json().homeId).toBe(2)
    const moved = await ask("owner", "PATCH", "/sensors/1", { channelIds: [4] })
    expect(moved.json().error.message).toBe("channelIds: there is no channel 4")
    // names are unique in their home alone
    expect((await ask("neighbour", "PATCH", "/sensors/2", { name: "Meter" })).statusCode).toBe(200)
})

test("a home keeps an owner", async () => {
    const { ask } = await buildTown()
    const path = "/homes/1/members"
    // the newcomer owns it too
    for (const reply of [
        await ask("owner", "PUT", `${path}/owner`, { role: "viewer" }),
        await ask("owner", "DELETE", `${path}/owner`),
    ])
        expect(reply.statusCode).toBeLessThan(300)
    const { members } = (await ask("viewer", "GET", path)).json()
    expect(members).toEqual([
        { user: "editor", role: "editor" },
        { user: "newcomer", role: "owner" },
        { user: "viewer", role: "viewer" },
    ])
    const last = await ask("neighbour", "DELETE", "/homes/2/members/neighbour")
    expect([last.statusCode, last.json().error.message]).toEqual([
        409,
        "A home needs an owner: make another one first.",
    ])
    const stranger = await ask("neighbour", "PUT", "/homes/2/members/owner", { role: "owner" })
    expect(stranger.statusCode).toBe(404)
})

test("who leaves a home, or may only look any more, has no tokens of its things", async () => {
    const { ask, app } = await buildTown()
    const makeToken = async (body: object) =>
        (await ask("editor", "POST", "/tokens", { name: "phone", ...body })).json().token
    const status = async (token: string, path: string) => {
        const headers = { authorization: `Bearer ${token}` }
        return (await app.inject({ url: `/api/v1${path}`, headers })).statusCode
    }
    const sensor = await makeToken({ kind: "sensor", sensorId: 1 })
    const account = await makeToken({ kind: "account" })
    const series = "/sensors/1/series?fromMs=0&toMs=1"
    expect([await status(sensor, series), await status(account, series)]).toEqual([200, 200])
    await ask("owner", "PUT", "/homes/1/members/editor", { role: "viewer" })
    expect([await status(sensor, series), await status(account, series)]).toEqual([401, 200])
    await ask("owner", "DELETE", "/homes/1/members/editor")
    expect(await status(account, series)).toBe(404)
})

test("a token is shown once, listed to its maker and the home's owners, and tells when it was used", async () => {
    const { ask, app, db } = await buildTown()
    const made = await ask("editor", "POST", "/tokens", {
        kind: "device",
        name: "Old meter",
        deviceId: DEVICE_ID,
    })
    const { token, ...known } = made.json()
    expect(token).toMatch(/^[0-9a-f]{32}$/)
    const listed = async (who: HolderName) =>
        (await ask(who, "GET", "/tokens"))
            .json()
            .tokens.filter(({ id }: { id: number }) => id === known.id)
    expect(await listed("owner")).toEqual([known])
    expect(await listed("editor")).toEqual([known])
    expect(await listed("viewer")).toEqual([])
    const url = `/api/v1/devices/${DEVICE_ID}/settings`
    await app.inject({ url, headers: { authorization: `Bearer ${token}` } })
    expect(await listed("owner")).toEqual([{ ...known, lastUsedMs: START_MS }])
    const dump = db.serialize()
    expect(dump.includes(token)).toBe(false)
})

test.each<[object, string]>([
    [{ kind: "sensor", sensorId: 2 }, "There is no sensor 2."],
    [{ kind: "device", deviceId: "00112233445566bb" }, "There is no device 00112233445566bb."],
])("nobody makes a token of another's %j", async (body, message) => {
    const { ask } = await buildTown()
    const reply = await ask("owner", "POST", "/tokens", { name: "x", ...body })
    expect([reply.statusCode, reply.json().error.message]).toEqual([404, message])
})
