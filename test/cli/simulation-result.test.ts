import { expect, test } from "vitest"
import type { StoredChannel } from "../../cli/server-view.js"
import { resultOf } from "../../cli/simulation-result.js"
import type { World } from "../../sim/world.js"

interface Case {
    kind: string
    type?: string
    truth?: number
    stored: number
}

/** The only channel's result, in a run that goes as the case says. */
async function resultFor({ kind, type = "electricity", truth, stored }: Case) {
    const device = {
        spec: { name: "a", channels: [{ kind, name: "Main", type, perPulse: 2 }] },
        sources: [{ countBetween: () => truth, notes: [] }],
        registration: { id: "a" },
        board: {
            isOn: true,
            panics: [],
            flashWrites: 0,
            flash: { wear: { writes: 0, compactions: 0 } },
        },
    }
    const world = {
        devices: [device],
        sinceStartMs: () => 60_000,
        poweredOf: () => [{ fromMs: 0, toMs: Number.POSITIVE_INFINITY }],
        countsOf: async () => [stored],
    } as unknown as World
    const channel: StoredChannel = {
        deviceId: "a",
        number: 0,
        totalCount: stored,
        unplacedCount: 0,
        sinceCount: stored,
        lateTicks: 3,
    }
    const server = { storedChannels: async () => [channel], describeChannels: async () => {} }
    const run = { seed: 1, startUnixMs: 0, durationMs: 60_000 }
    return (await resultOf(world, server, run)).channels[0]
}

test.each([
    [
        "pulses",
        { kind: "pulse", truth: 10, stored: 8 },
        { lost: 2, errorPercent: null, unit: "Wh" },
    ],
    ["water", { kind: "pulse", type: "water", truth: 5, stored: 5 }, { lost: 0, unit: "l" }],
    [
        "heat",
        { kind: "pulse", type: "heat", truth: 5, stored: 5 },
        { storedEnergy: 10, unit: "Wh" },
    ],
    [
        "mains power",
        { kind: "mains", truth: 200_000, stored: 199_000 },
        { lost: null, errorPercent: expect.closeTo(-0.5, 9), trueEnergy: 20, late: 3 },
    ],
    ["a chip's power without truth", { kind: "chip", stored: 10_000 }, { errorPercent: null }],
    ["mains power of nothing", { kind: "mains", truth: 0, stored: 0 }, { errorPercent: null }],
])("a result of %s", async (_name, given, expected) => {
    expect(await resultFor(given)).toMatchObject(expected)
})
