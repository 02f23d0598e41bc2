import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { type RunningServer, startServer } from "../../server/main.js"
import { addOwner, request, signIn as sessionOf } from "../server/routes/sign-in.js"
import { temporaryDir } from "../temporary-dir.js"

async function onNewServer<T>(use: (server: RunningServer, dataDir: string) => Promise<T>) {
    const dataDir = temporaryDir()
    const server = await startServer({ host: "127.0.0.1", port: 0, dataDir, readOnly: false })
    try {
        return await use(server, dataDir)
    } finally {
        await server.close()
    }
}

async function signIn({ url }: RunningServer, user: string, password: string): Promise<Response> {
    return fetch(`${url}/api/v1/sign-in`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ user, password }),
    })
}

/** Of things that are sold, and of what people try first. */
const SHIPPED = [
    ["owner", "owner"],
    ["owner", ""],
    ["owner", "password"],
    ["admin", "admin"],
    ["admin", "energyme"],
]

test("two new servers share no secret", async () => {
    const secretsOf = () =>
        onNewServer(async ({ firstRunPassword }, dataDir) => [
            firstRunPassword,
            readFileSync(join(dataDir, "secret.key"), "latin1"),
        ])
    const [one, other] = [await secretsOf(), await secretsOf()]
    expect(one[0]).not.toBe(other[0])
    expect(one[1]).not.toBe(other[1])
})

test("a new server knows none of the passwords that things are shipped with", async () => {
    await onNewServer(async server => {
        for (const [user, password] of SHIPPED)
            expect((await signIn(server, user, password)).ok).toBe(false)
    })
})

test("the first password opens nothing but the choice of another", async () => {
    await onNewServer(async server => {
        const reply = await signIn(server, "owner", server.firstRunPassword ?? "")
        const cookie = reply.headers.get("set-cookie")?.split(";")[0] ?? ""
        const { status } = await fetch(`${server.url}/api/v1/devices`, { headers: { cookie } })
        expect([reply.status, status]).toEqual([200, 403])
    })
})

test("two new devices share neither key nor id", async () => {
    await onNewServer(async server => {
        const { store, app } = server
        await addOwner(store)
        const send = request(app, await sessionOf(app))
        const add = async () => (await send("POST", "/devices", { name: "New" })).json()
        const [one, other] = [await add(), await add()]
        expect(one.key).toMatch(/^[0-9a-f]{64}$/)
        expect([one.key === other.key, one.id === other.id]).toEqual([false, false])
    })
})
