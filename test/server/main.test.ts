import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { connect, createServer } from "node:net"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { startServer } from "../../server/main.js"
import { makeTempDir } from "./helpers.js"

const LOCAL = { host: "127.0.0.1", port: 0, readOnly: false }

async function start(dataDir: string, change: Partial<Parameters<typeof startServer>[0]> = {}) {
    const server = await startServer({ ...LOCAL, dataDir, ...change })
    onTestFinished(() => server.close())
    return server
}

async function signIn(url: string, password: string | undefined): Promise<Response> {
    return fetch(`${url}/api/v1/sign-in`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ user: "owner", password }),
    })
}

test("a first start makes the data folder and shows the owner's password once", async () => {
    const dataDir = join(makeTempDir(), "deep", "data")
    const server = await start(dataDir)
    expect(server.firstRunPassword).toMatch(/^[a-z2-9-]{16}$/)
    expect(statSync(join(dataDir, "secret.key")).mode & 0o777).toBe(0o600)
    expect((await signIn(server.url, server.firstRunPassword)).status).toBe(200)
    await server.close()
    const again = await start(dataDir)
    expect(again.firstRunPassword).toBeUndefined()
    expect((await signIn(again.url, server.firstRunPassword)).status).toBe(200)
})

test("a taken port is named, with what to do, and uses up no first password", async () => {
    const other = createServer().listen(0, "127.0.0.1")
    onTestFinished(() => void other.close())
    await new Promise(resolve => other.once("listening", resolve))
    const { port } = other.address() as { port: number }
    const dataDir = makeTempDir()
    await expect(start(dataDir, { port })).rejects.toMatchObject({
        code: "port_in_use",
        message: `Port ${port} on 127.0.0.1 is in use: stop the program that has it, or choose another with --port.`,
    })
    const server = await start(dataDir)
    expect((await signIn(server.url, server.firstRunPassword)).status).toBe(200)
})

test("a stop does not wait for a connection that says nothing", async () => {
    const server = await start(makeTempDir())
    const silent = connect(Number(new URL(server.url).port), "127.0.0.1")
    onTestFinished(() => void silent.destroy())
    await new Promise(resolve => silent.once("connect", resolve))
    await server.close()
    await expect(fetch(server.url)).rejects.toThrow()
})

test("a second server on the same data is refused until the first has ended", async () => {
    const dataDir = makeTempDir()
    const first = await start(dataDir)
    await expect(start(dataDir)).rejects.toMatchObject({ code: "database_locked" })
    await first.close()
    await start(dataDir)
})

test("a data folder that is a file is called unwritable", async () => {
    const file = join(makeTempDir(), "file")
    writeFileSync(file, "")
    await expect(start(file)).rejects.toMatchObject({ code: "data_unwritable" })
})

test.skipIf(process.getuid?.() === 0)(
    "a folder without permission is called unwritable",
    async () => {
        const dir = makeTempDir()
        chmodSync(dir, 0o500)
        await expect(start(dir)).rejects.toMatchObject({ code: "data_unwritable" })
    }
)

test("a damaged database stops the start, is left alone, and frees the folder", async () => {
    const dataDir = makeTempDir()
    await (await start(dataDir)).close()
    const file = join(dataDir, "meterbeat.db")
    writeFileSync(file, "x".repeat(10_000))
    for (let tries = 0; tries < 2; tries++)
        await expect(start(dataDir)).rejects.toMatchObject({ code: "database_damaged" })
    expect(readFileSync(file, "ascii")).toBe("x".repeat(10_000))
})

test("a lost key file is never replaced by a new one", async () => {
    const dataDir = makeTempDir()
    await (await start(dataDir)).close()
    const keyFile = join(dataDir, "secret.key")
    rmSync(keyFile)
    await expect(start(dataDir)).rejects.toMatchObject({ code: "secret_key_missing" })
    expect(existsSync(keyFile)).toBe(false)
    writeFileSync(keyFile, "abc")
    await expect(start(dataDir)).rejects.toMatchObject({ code: "secret_key_missing" })
})

test("a read-only server needs a database, reads beside another, and writes nothing", async () => {
    const dataDir = makeTempDir()
    await expect(start(dataDir, { readOnly: true })).rejects.toMatchObject({ code: "data_missing" })
    const writer = await start(dataDir)
    const reader = await start(dataDir, { readOnly: true })
    const signedIn = await signIn(reader.url, writer.firstRunPassword)
    expect(signedIn.status).toBe(200)
    const headers = { cookie: signedIn.headers.get("set-cookie")?.split(";")[0] ?? "" }
    expect((await fetch(`${reader.url}/api/v1/session`, { headers })).status).toBe(200)
    expect((await fetch(`${writer.url}/api/v1/session`, { headers })).status).toBe(401)
    expect(() => reader.store.createDevice("0".repeat(16), Buffer.alloc(32, 1), "x")).toThrow()
})

test.each([
    [{ port: 70_000 }, "port"],
    [{ port: 1.5 }, "port"],
    [{ host: "" }, "host"],
    [{ dataDir: "" }, "data"],
])("refuses %j by its name", async (change, name) => {
    await expect(start(makeTempDir(), change)).rejects.toMatchObject({
        code: "bad_option",
        message: expect.stringContaining(`${name}: `),
    })
})
