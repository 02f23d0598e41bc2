import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { createLatest } from "../../web/latest.js"

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function setUp() {
    const latest = createLatest()
    const started: string[] = []
    const ended: string[] = []
    const run = (name: string, durationMs: number, fails = false) =>
        latest.run(
            100,
            () => {
                started.push(name)
                return new Promise<string>((resolve, reject) => {
                    setTimeout(() => (fails ? reject(name) : resolve(name)), durationMs)
                })
            },
            {
                onDone: result => ended.push(result),
                onError: error => ended.push(`failed ${error}`),
            }
        )
    return { latest, started, ended, run }
}

test("only the last of a quick row of tasks runs", async () => {
    const { started, ended, run } = setUp()
    run("first", 10)
    await vi.advanceTimersByTimeAsync(50)
    run("second", 10)
    await vi.advanceTimersByTimeAsync(200)
    expect(started).toEqual(["second"])
    expect(ended).toEqual(["second"])
})

test("a slow answer that was overtaken is dropped", async () => {
    const { started, ended, run } = setUp()
    run("slow", 1000)
    await vi.advanceTimersByTimeAsync(150)
    run("quick", 10)
    await vi.advanceTimersByTimeAsync(2000)
    expect(started).toEqual(["slow", "quick"])
    expect(ended).toEqual(["quick"])
})

test("a failure is told, unless it was overtaken", async () => {
    const { ended, run } = setUp()
    run("old", 1000, true)
    await vi.advanceTimersByTimeAsync(150)
    run("new", 10, true)
    await vi.advanceTimersByTimeAsync(2000)
    expect(ended).toEqual(["failed new"])
})

test("nothing runs or ends after closing", async () => {
    const { latest, started, ended, run } = setUp()
    run("running", 1000)
    await vi.advanceTimersByTimeAsync(150)
    run("waiting", 10)
    latest.close()
    await vi.advanceTimersByTimeAsync(2000)
    expect(started).toEqual(["running"])
    expect(ended).toEqual([])
})
