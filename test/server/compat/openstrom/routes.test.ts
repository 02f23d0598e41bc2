import { readFileSync } from "node:fs"
import { gzipSync } from "node:zlib"
import { expect, test } from "vitest"
import { answerSchema } from "../../../../server/compat/openstrom/package-schema.js"
import { START_MS } from "../../helpers.js"
import { buildSignedInApp } from "../../routes/sign-in.js"

const JSON_TEXT = readFileSync("test/fixtures/openstrom/package.json", "utf8")
const XML_TEXT = readFileSync("test/fixtures/openstrom/package.xml", "utf8")

async function startWithDevice() {
    const time = { uptimeMs: 0 }
    const parts = await buildSignedInApp({
        uptimeMs: () => time.uptimeMs,
        wait: async ms => {
            time.uptimeMs += ms
        },
    })
    const { send, app, store } = parts
    const added = await send("POST", "/homes/1/openstrom-devices", {
        serial: "OS-0001",
        name: "Rack",
    })
    expect(added.statusCode, added.body).toBe(201)
    const { id, path, token } = added.json()
    const post = (payload: string | Buffer, type = "application/json", headers: object = {}) =>
        app.inject({
            method: "POST",
            url: path,
            payload,
            headers: { authorization: `Bearer ${token}`, "content-type": type, ...headers },
        })
    parts.time.nowMs = START_MS + 60_000
    const channelIds = store.foreignDevice(id)?.channelIds ?? []
    return { ...parts, uptime: time, id, token, post, channelIds }
}

const change = (edit: (text: string) => string) => edit(JSON_TEXT)

test("a package is stored once, in JSON and XML, packed or not", async () => {
    const { post, channelIds, send } = await startWithDevice()
    const counts = { version: 1, timeS: START_MS / 1000 + 60, conflicting: 0, refused: 0 }
    const first = await post(JSON_TEXT)
    expect(first.json()).toEqual({ ...counts, stored: 2, known: 0, relays: [] })
    const again = await post(gzipSync(JSON_TEXT), "application/json; charset=utf-8", {
        "content-encoding": "gzip",
    })
    expect(again.json()).toEqual({ ...counts, stored: 0, known: 2, relays: [] })
    const xml = await post(gzipSync(XML_TEXT), "text/xml", { "content-encoding": "gzip" })
    expect(xml.headers["content-type"]).toMatch(/^application\/xml/)
    expect(xml.body).toContain('stored="0" known="2" conflicting="0" refused="0"')

    // every quantity of the readings, as our API shows it
    const fromMs = 1_772_532_000_000
    const shown: Record<string, (number | null)[]> = {}
    const quantities = ["power", "reactive", "voltage", "current", "apparent", "powerFactor"]
    for (const quantity of [...quantities, "frequency", "energyIn", "energyOut"]) {
        const query = `fromMs=${fromMs}&toMs=${fromMs + 10_000}&resolution=slot`
        const path = `/channels/${channelIds[0]}/series?${query}&quantity=${quantity}`
        shown[quantity] = (await send("GET", path)).json().values
    }
    expect(shown).toEqual({
        power: [expect.closeTo(1150, 1), -720],
        reactive: [120.5, 0],
        voltage: [231.25, 231],
        current: [5, 3.2],
        apparent: [1156.25, expect.closeTo(739.2, 6)],
        powerFactor: [expect.closeTo(0.9946, 3), expect.closeTo(-0.974, 3)],
        frequency: [50.012, null],
        energyIn: [expect.closeTo(1.5972, 9), 0],
        energyOut: [0, 1],
    })
})

test("the answer is what its schema says", async () => {
    const { post, send, id } = await startWithDevice()
    await send("PUT", `/devices/${id}/relays/3`, { isOn: false })
    const answer = (await post(JSON_TEXT)).json()
    expect(answerSchema.parse(answer)).toEqual(answer)
})

test("what is wanted of relays goes with the answer, what the device tells is kept", async () => {
    const { post, send, id } = await startWithDevice()
    expect((await send("PUT", `/devices/${id}/relays/3`, { isOn: false })).statusCode).toBe(200)
    await send("PUT", `/devices/${id}/relays/10`, { isOn: true })
    const relays = [
        { number: 3, isOn: false },
        { number: 10, isOn: true },
    ]
    expect((await post(JSON_TEXT)).json().relays).toEqual(relays)
    expect((await post(XML_TEXT, "application/xml")).body).toContain(
        '<relay number="3" isOn="false"/>\n  <relay number="10" isOn="true"/>'
    )
    const kept = (await send("GET", `/devices/${id}/relays`)).json().relays
    expect(kept).toEqual([
        {
            number: 3,
            isWantedOn: false,
            wantedMs: START_MS + 60_000,
            isOn: true,
            toldMs: START_MS + 60_000,
        },
        { number: 10, isWantedOn: true, wantedMs: START_MS + 60_000, isOn: null, toldMs: null },
    ])
    await send("PUT", `/devices/${id}/relays/3`, { isOn: null })
    expect((await post(JSON_TEXT)).json().relays).toEqual(relays.slice(1))
    for (const path of [`/devices/${id}/relays/11`, `/devices/${id}/relays/0`])
        expect((await send("PUT", path, { isOn: true })).statusCode).toBe(400)
    const own = await send("GET", "/devices/00112233445566aa/relays")
    expect(own.statusCode).toBe(404)
})

test("a reading of the future is refused, one that says something else is kept out", async () => {
    const { post } = await startWithDevice()
    await post(JSON_TEXT)
    const later = change(text => text.replace("1772532005", "1772732005").replace("1150", "1140"))
    expect((await post(later)).json()).toMatchObject({
        stored: 0,
        known: 1,
        conflicting: 0,
        refused: 1,
    })
    const other = change(text => text.replace('"voltageV": 231.25', '"voltageV": 232'))
    expect((await post(other)).json()).toMatchObject({ known: 1, conflicting: 1 })
})

const bad: [string, string | Buffer, string, object, number, string][] = [
    [
        "a contradiction",
        JSON_TEXT.replace("-720", "-7200"),
        "application/json",
        {},
        400,
        "channels.0.readings.1.activePowerW: is above",
    ],
    [
        "another serial",
        JSON_TEXT.replace("OS-0001", "OS-0002"),
        "application/json",
        {},
        400,
        "device: is not the one",
    ],
    ["another type", JSON_TEXT, "text/plain", {}, 415, "Content-Type: must be"],
    [
        "another packing",
        JSON_TEXT,
        "application/json",
        { "content-encoding": "deflate" },
        415,
        "Content-Encoding",
    ],
    ["too much", " ".repeat(300_000), "application/json", {}, 413, "larger"],
    [
        "a bomb",
        gzipSync(Buffer.alloc(50_000_000)),
        "application/json",
        { "content-encoding": "gzip" },
        413,
        "unpacked",
    ],
    [
        "an XML bomb",
        '<!DOCTYPE a [<!ENTITY b "c">]><openstrom/>',
        "text/xml",
        {},
        400,
        "no entities",
    ],
    ["nothing", "", "application/json", {}, 400, "not valid JSON"],
]
test.each(bad)("%s is refused in a sentence", async (_name, body, type, headers, status, text) => {
    const { post, store, channelIds } = await startWithDevice()
    const reply = await post(body, type, headers)
    expect([reply.statusCode, reply.json().error.message]).toEqual([
        status,
        expect.stringContaining(text),
    ])
    expect(store.now(0).find(({ id }) => id === channelIds[0])?.totalCount).toBe(0)
})

test("only the device's own token delivers, until it is revoked", async () => {
    const { post, send, store, uptime } = await startWithDevice()
    const before = uptime.uptimeMs
    for (const authorization of ["", "Bearer ", `Bearer ${"0".repeat(32)}`, "Basic eDp5"]) {
        const reply = await post(JSON_TEXT, "application/json", { authorization })
        expect(reply.statusCode).toBe(401)
    }
    // one wrong token of them all, behind the turn that signing in took
    expect(uptime.uptimeMs - before).toBe(100)
    const other = await send("POST", "/homes/1/openstrom-devices", { serial: "x", name: "y" })
    const wrong = await post(JSON_TEXT, "application/json", {
        authorization: `Bearer ${other.json().token}`,
    })
    expect(wrong.json().error.message).toBe("device: is not the one of this token")
    store.removeToken(1)
    expect((await post(JSON_TEXT)).statusCode).toBe(401)
})
