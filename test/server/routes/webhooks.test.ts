import { expect, test } from "vitest"
import { buildSignedInApp } from "./sign-in.js"

const WEBHOOK = {
    url: "https://example.org/hook",
    secret: "a secret of some length",
    kinds: ["sag", "torn-off", "sag"],
}

test("a webhook is made, shown without its secret, and removed", async () => {
    const { send } = await buildSignedInApp()
    const made = await send("POST", "/homes/1/webhooks", WEBHOOK)
    expect(made.statusCode).toBe(201)
    const shown = {
        id: 1,
        homeId: 1,
        url: WEBHOOK.url,
        kinds: ["sag", "torn-off"],
        waiting: 0,
        deliveredMs: null,
        failedMs: null,
        failure: null,
    }
    expect(made.json()).toEqual(shown)
    const listed = await send("GET", "/homes/1/webhooks")
    expect(listed.json().webhooks[0].kinds.toSorted()).toEqual(["sag", "torn-off"])
    expect(listed.body).not.toContain("secret")
    expect((await send("DELETE", "/homes/1/webhooks/1")).statusCode).toBe(204)
    expect((await send("DELETE", "/homes/1/webhooks/1")).statusCode).toBe(404)
    expect((await send("GET", "/homes/2/webhooks")).statusCode).toBe(404)
})

test("bad webhooks are refused, and private addresses unless the server allows them", async () => {
    const { send } = await buildSignedInApp()
    const bad: [object, string][] = [
        [{ url: "ftp://example.org" }, "url: must be an http or https address"],
        [{ url: "http://ann:word@example.org" }, "url: must be an http or https address"],
        [{ url: "nowhere" }, "url: must be an http or https address"],
        [{ url: "http://192.168.1.1/" }, "url: 192.168.1.1 is not of the public Internet"],
        [{ url: "http://[::1]:8080/" }, "url: ::1 is not of the public Internet"],
        [{ url: "http://0x7f000001/" }, "url: 127.0.0.1 is not of the public Internet"],
        [{ secret: "short" }, "secret: must be at least 16 characters"],
        [{ kinds: [] }, "kinds: must name at least one kind"],
        [{ kinds: ["unknown"] }, "kinds.0: must be one of torn-off"],
    ]
    for (const [change, message] of bad) {
        const reply = await send("POST", "/homes/1/webhooks", { ...WEBHOOK, ...change })
        expect([reply.statusCode, reply.json().error.message]).toEqual([
            400,
            expect.stringContaining(message),
        ])
    }
    const open = await buildSignedInApp({ allowPrivateWebhooks: true })
    const local = { ...WEBHOOK, url: "http://127.0.0.1:9/" }
    expect((await open.send("POST", "/homes/1/webhooks", local)).statusCode).toBe(201)
})
