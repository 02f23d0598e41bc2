import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"

const IMAGES = "built/firmware"

const files = readdirSync(IMAGES, { recursive: true, encoding: "utf8" })
    .filter(file => file.endsWith(".devs"))
    .map(file => join(IMAGES, file))

test("an image was built for every board", () => {
    const boards = readdirSync("boards").filter(file => file.endsWith(".board.json"))
    expect(files).toHaveLength(boards.length)
})

test.each(files)("%s holds no key, no network and no server", file => {
    const text = readFileSync(file, "latin1")
    expect(text).not.toMatch(/wssk|wss?:\/\/|[0-9a-f]{32}|ssid=|password=/i)
    expect(text).not.toMatch(/PRIVATE KEY/)
})
