import { expect, test } from "vitest"
import { drain } from "../../cli/drain.js"
import { withVirtualWorld } from "../../cli/virtual-world.js"
import { loadScenario, type ScenarioChannel } from "../../sim/scenario.js"
import { mainsSchema } from "../../sim/sources/mains-schema.js"
import { EVENT_CLAMP_OPEN } from "../../src/wire/event.js"

const DURATION_MS = 120_000
/** The second clamp opens here, is closed again, and opens once more. */
const STEPS = [
    { atS: 0, powerW: 1000 },
    { atS: 30.3, powerW: 0 },
    { atS: 62.7, powerW: 1000 },
    { atS: 81.9, powerW: 0 },
]
/** Three slots and the one that is under way, and a second until the current is read. */
const TOLD_WITHIN_S = 21
const ALL_EVENTS = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, limit: 100 }

function channelOf(kind: "mains" | "chip", at: number, current: object): ScenarioChannel {
    const pins = { mains: { pin: 2 + at, voltagePin: 1 }, chip: { chip: 1, input: 1 + at } }
    return {
        kind,
        pin: kind === "mains" ? 2 + at : 0,
        fields: { ...pins[kind], clampA: 50, phaseGroup: 1 },
        name: `Phase ${at + 1}`,
        type: "electricity",
        perPulse: 1,
        source: mainsSchema.parse({ type: "mains", current }),
    }
}

test.each([
    ["clamps at the board's pins", "meterbeat_s3", "mains"],
    ["clamps at metering chips", "meterbeat_s3_chips", "chip"],
] as const)(
    "one of two %s that opens is told once each time",
    async (_name, board, kind) => {
        const scenario = loadScenario("scenarios/metering-chip.json")
        scenario.durationS = DURATION_MS / 1000
        const [device] = scenario.devices
        device.board = board
        device.channels = [
            channelOf(kind, 0, { powerW: 2000 }),
            channelOf(kind, 1, { steps: STEPS }),
        ]
        await withVirtualWorld(scenario, {}, async ({ world, view, server, startUnixMs }) => {
            await world.runTo(DURATION_MS)
            await drain(world, view, DURATION_MS)
            const { events } = {
                events: server.store.events({ fromMs: 0, toMs: 1e15, limit: 100 }),
            }
            const opened = events
                .filter(({ code }) => code === EVENT_CLAMP_OPEN)
                .sort((a, b) => a.beganMs - b.beganMs)
            const channels = server.store.channels()
            expect(
                opened.map(({ channelId }) => channels.find(c => c.id === channelId)?.number)
            ).toEqual([1, 1])
            for (const [i, atS] of [30.3, 81.9].entries()) {
                const afterS = (opened[i].beganMs - startUnixMs) / 1000 - atS
                expect(afterS).toBeGreaterThan(10)
                expect(afterS).toBeLessThan(TOLD_WITHIN_S)
                expect(opened[i].value).toBeLessThan(50)
            }
            expect(world.devices[0].board.panics).toEqual([])
        })
    },
    60_000
)

test("no clamp is open because its partner's chip has fallen silent", async () => {
    const scenario = loadScenario("scenarios/metering-chip.json")
    scenario.durationS = DURATION_MS / 1000
    const [device] = scenario.devices
    const partner = channelOf("chip", 0, { powerW: 2000 })
    device.channels = [
        { ...partner, fields: { ...partner.fields, chip: 2 } },
        channelOf("chip", 1, { steps: STEPS.slice(0, 2) }),
    ]
    await withVirtualWorld(scenario, {}, async ({ world, view, server }) => {
        await world.runTo(20_000)
        const silent = world.devices[0].chips[1]
        expect(silent).toBeDefined()
        if (silent) silent.model.isSilent = true
        await world.runTo(DURATION_MS)
        await drain(world, view, DURATION_MS)
        expect(server.store.events(ALL_EVENTS)).toEqual([])
    })
}, 60_000)
