import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { STATUS_BY_CODE } from "../../../server/errors.js"
import { convertAmount, UNITS, unitKind } from "../../../server/units.js"
import { RETRY_MINUTES } from "../../../server/webhooks/webhook-job.js"
import { buildSignedInApp } from "./sign-in.js"

const DOC = readFileSync("docs/api.md", "utf8")

/** Rows of the table under a heading whose first cell is code. */
function rowsUnder(heading: string): string[][] {
    const section = DOC.split(`## ${heading}\n`)[1].split("\n## ")[0]
    const rows = section.match(/^\| `.*$/gm) ?? []
    return rows.map(row =>
        row
            .split("|")
            .slice(1, -1)
            .map(cell => cell.trim().replaceAll("`", ""))
    )
}

test("the table of errors has every code with its status, and no other", () => {
    const rows = rowsUnder("Errors")
    expect(Object.fromEntries(rows.map(([code, status]) => [code, Number(status)]))).toEqual(
        STATUS_BY_CODE
    )
    expect(rows).toHaveLength(Object.keys(STATUS_BY_CODE).length)
})

test("the table of units has every unit with its factor, and no other", () => {
    const rows = rowsUnder("Series")
    expect(rows.map(([unit]) => unit).toSorted()).toEqual([...UNITS].sort())
    for (const unit of UNITS) {
        const { of, isRate } = unitKind(unit)
        const row = [unit, isRate ? `${of}, a rate` : of, String(convertAmount(unit, 1, 1))]
        expect(rows).toContainEqual(row)
    }
})

test("the times after which a webhook is tried again are told", () => {
    const times = /after (\d.*?) minutes and (\d.*?) hours/.exec(DOC.replaceAll("\n", " ")) ?? []
    const numbers = (text: string) => text.match(/\d+/g)?.map(Number) ?? []
    expect([...numbers(times[1]), ...numbers(times[2]).map(hours => hours * 60)]).toEqual(
        RETRY_MINUTES
    )
})

test("the tariff and the gas values of the handbook are taken", async () => {
    const { send } = await buildSignedInApp()
    const tariff = JSON.parse(/^\{ "name"[^`]*/m.exec(DOC)?.[0] ?? "")
    expect((await send("POST", "/homes/1/tariffs", tariff)).statusCode).toBe(201)
    const values = JSON.parse(/`(\{"values".*?)`/.exec(DOC)?.[1] ?? "")
    expect((await send("PUT", "/homes/1/gas-values", values)).statusCode).toBe(200)
})

test("every route that this page names is described", async () => {
    const { app } = await buildSignedInApp()
    const described = (await app.inject("/api/v1/openapi.json")).json().paths
    const named = DOC.matchAll(/`(?:GET |POST |PUT |DELETE )?(\/api\/v1\/[^`?…]+)/g)
    for (const [, path] of named) {
        if (/openapi|docs/.test(path)) continue
        expect(Object.keys(described)).toContain(path.replaceAll(/:(\w+)/g, "{$1}"))
    }
})
