import { expect, test } from "vitest"
import { buildSignedInApp, request } from "../server/routes/sign-in.js"

const TEXTS = [
    "'; DROP TABLE devices; --",
    "' OR '1'='1",
    '" OR ""="',
    "%' OR name LIKE '%",
    "x' UNION SELECT sealed_key FROM devices --",
    "Robert\\'); DELETE FROM users; --",
    "$(touch /tmp/x)",
    "`id`",
    "{{7*7}}",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "__proto__",
]

test.each(TEXTS)("%s is a name like any other", async text => {
    const { send, store } = await buildSignedInApp()
    const added = await send("POST", "/devices", { name: text })
    expect(added.statusCode).toBe(201)
    const listed = await send("GET", "/devices")
    expect(listed.headers["content-type"]).toBe("application/json; charset=utf-8")
    expect(listed.json().devices.map(({ name }: { name: string }) => name)).toContain(text)
    expect(store.listDevices()).toHaveLength(2)
})

test.each(TEXTS)("%s signs nobody in", async text => {
    const { app } = await buildSignedInApp({ uptimeMs: () => performance.now() })
    const send = request(app)
    for (const body of [
        { user: text, password: text },
        { user: "ann", password: text },
    ]) {
        const reply = await send("POST", "/sign-in", body)
        expect([reply.statusCode, reply.cookies]).toEqual([401, []])
    }
})

test.each(TEXTS)("%s as an id or a filter finds nothing", async text => {
    const { send } = await buildSignedInApp()
    const code = encodeURIComponent(text)
    for (const path of [
        `/devices/${code}/settings`,
        `/channels/${code}/series?fromMs=0&toMs=5`,
        `/events?deviceId=${code}`,
        `/events?limit=${code}`,
        `/channels/1/series?fromMs=0&toMs=5&resolution=${code}`,
    ]) {
        const { statusCode } = await send("GET", path)
        expect([path, statusCode === 400 || statusCode === 404]).toEqual([path, true])
    }
})

test("a parameter that is given twice is refused", async () => {
    const { send } = await buildSignedInApp()
    expect((await send("GET", "/now?sinceMs=1&sinceMs=2")).statusCode).toBe(400)
    expect((await send("GET", "/events?limit[]=1")).statusCode).toBe(400)
})

test.each([
    '{"name": "a", "__proto__": {"isAdmin": true}}',
    '{"name": "a", "constructor": {"prototype": {"isAdmin": true}}}',
])("what reaches for the prototype of everything is refused: %s", async payload => {
    const { app, cookie } = await buildSignedInApp()
    const reply = await app.inject({
        method: "POST",
        url: "/api/v1/devices",
        headers: { "content-type": "application/json" },
        cookies: { meterbeat_session: cookie },
        payload,
    })
    expect(reply.statusCode).toBe(400)
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined()
})

test.each(["%0d%0aSet-Cookie:%20a=b", "%0aSet-Cookie:%20a=b", "\u010d\u010aSet-Cookie: a=b"])(
    "a line break in an address makes no header: %s",
    async text => {
        const { send } = await buildSignedInApp()
        const reply = await send("GET", `/docs/${encodeURI(text)}`)
        expect(reply.headers["set-cookie"]).toBeUndefined()
    }
)

test("a form of another site cannot send what the API takes", async () => {
    const { app, cookie, store } = await buildSignedInApp()
    const types = [
        "application/x-www-form-urlencoded",
        "text/plain",
        "multipart/form-data; boundary=a",
    ]
    for (const type of types) {
        const reply = await app.inject({
            method: "POST",
            url: "/api/v1/devices",
            headers: { "content-type": type, origin: "https://elsewhere.example" },
            cookies: { meterbeat_session: cookie },
            payload: '{"name": "a"}',
        })
        expect([type, reply.statusCode]).toEqual([type, type === "text/plain" ? 400 : 415])
    }
    expect(store.listDevices()).toHaveLength(1)
})
