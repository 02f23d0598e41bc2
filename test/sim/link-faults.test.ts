import { expect, test } from "vitest"
import { LinkFaults } from "../../sim/link-faults.js"
import { Scheduler } from "../../sim/scheduler.js"

const LATENCY_MS = 20

/** A connection, and what arrives over it: when, and which bytes. */
function openLink() {
    const scheduler = new Scheduler()
    const faults = new LinkFaults(scheduler)
    const connection = faults.open()
    const arrived: [number, string][] = []
    const send = (atMs: number, text: string) =>
        scheduler.at(atMs, () =>
            connection.carry("device", Buffer.from(text), LATENCY_MS, bytes =>
                arrived.push([scheduler.nowMs(), bytes?.toString() ?? "end"])
            )
        )
    const run = () => {
        while (scheduler.nextMs() !== undefined) scheduler.step()
        return arrived
    }
    return { scheduler, faults, connection, send, run }
}

test("latency delays messages, and none overtakes another when it ends", () => {
    const { scheduler, faults, send, run } = openLink()
    send(0, "a")
    scheduler.at(10, () => faults.addLatencyMs(500))
    send(20, "b")
    scheduler.at(30, () => faults.addLatencyMs(-500))
    send(40, "c")
    send(600, "d")
    expect(run()).toEqual([
        [20, "a"],
        [540, "b"],
        [540, "c"],
        [620, "d"],
    ])
})

test("of a message that is cut a part arrives, and nothing after it", () => {
    const { faults, connection, send, run } = openLink()
    faults.cutNextMessage("device", 0.5)
    send(0, "x")
    send(1, "abcdef")
    send(2, "g")
    expect(run()).toEqual([
        [20, "x"],
        [21, "abc"],
    ])
    expect([connection.isAlive(), faults.cuts]).toEqual([false, 1])
})

test("what was under way when the link went down or the board off never arrives", () => {
    for (const happen of ["setDown", "drop"] as const) {
        const { scheduler, faults, send, run } = openLink()
        send(0, "a")
        send(10, "b")
        scheduler.at(25, () => (happen === "drop" ? faults.drop() : faults.setDown(true)))
        send(50, "c")
        expect(run()).toEqual([[20, "a"]])
    }
})
