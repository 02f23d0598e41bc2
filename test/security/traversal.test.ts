import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { buildTestApp, listen } from "../server/helpers.js"
import { temporaryDir } from "../temporary-dir.js"
import { parseReply, sendRaw } from "./raw-http.js"

const SECRET = "nobody may read this"

async function startServer() {
    const dataDir = temporaryDir()
    const webDir = join(dataDir, "web")
    mkdirSync(join(webDir, "assets"), { recursive: true })
    writeFileSync(join(dataDir, "secret.key"), SECRET)
    writeFileSync(join(webDir, ".hidden"), SECRET)
    writeFileSync(join(webDir, "index.html"), "the page")
    writeFileSync(join(webDir, "assets", "a.js"), "the script")
    const { app } = await buildTestApp({ webDir, dataDir })
    const url = await listen(app)
    const get = async (path: string) =>
        parseReply(
            await sendRaw(url, `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)
        )
    return { get, webDir, dataDir }
}

test("files of the page are served", async () => {
    const { get } = await startServer()
    expect(await get("/")).toMatchObject({ status: 200, body: "the page" })
    expect(await get("/assets/a.js")).toMatchObject({ status: 200, body: "the script" })
})

test.each([
    "/../secret.key",
    "/assets/../../secret.key",
    "/%2e%2e/secret.key",
    "/%2e%2e%2fsecret.key",
    "/assets/..%2f..%2fsecret.key",
    "/..%5csecret.key",
    "/assets\\..\\..\\secret.key",
    "/%252e%252e%252fsecret.key",
    "/..%c0%afsecret.key",
    "/..%00/secret.key",
    "/secret.key%00.js",
    "//secret.key",
    "/./../secret.key",
    "/....//secret.key",
    "/;/../secret.key",
    "/etc/passwd",
    "//etc/passwd",
    "file:///etc/passwd",
    "/.hidden",
    "/assets/../.hidden",
    "/%2ehidden",
    "/%zz",
    "/api/v1/docs/static/../../../../../package.json",
    "/api/v1/docs/static/..%2f..%2f..%2fpackage.json",
    "/api/v1/docs/static/..%5c..%5cpackage.json",
])("%s leads to no file outside of the page", async path => {
    const { get } = await startServer()
    const { status, body } = await get(path)
    expect([status >= 400 && status < 500, body.includes(SECRET)]).toEqual([true, false])
    expect(body).not.toMatch(/root:|"name": "meterbeat"/)
})

test("the folder's files are not listed", async () => {
    const { get } = await startServer()
    expect((await get("/assets/")).status).toBe(404)
})
