import { expect, test } from "vitest"
import { chooseType } from "../../../../server/compat/flukso/accept.js"

const JSON_TYPE = "application/json"
const CSV = "text/csv"

test.each([
    [undefined, JSON_TYPE],
    ["", JSON_TYPE],
    ["*/*", JSON_TYPE],
    ["application/json", JSON_TYPE],
    ["application/*", JSON_TYPE],
    ["text/csv", CSV],
    ["text/*", CSV],
    ["Text/CSV; charset=utf-8", CSV],
    ["text/csv,application/json", CSV],
    ["text/csv;q=0.5, application/json", JSON_TYPE],
    ["application/json;q=0, */*", CSV],
    ["text/html,application/xhtml+xml,*/*;q=0.8", JSON_TYPE],
    ["text/html", undefined],
    ["application/json;q=0", undefined],
    ["application/json;q=x", undefined],
    ["*/*;q=0", undefined],
    [",", undefined],
])("Accept: %s takes %s", (header, type) => {
    expect(chooseType(header, [JSON_TYPE, CSV])).toBe(type)
})

test("nothing but JSON is on offer for a list", () => {
    expect(chooseType("text/csv", [JSON_TYPE])).toBeUndefined()
})
