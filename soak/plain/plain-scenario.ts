import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { loadScenario, type Scenario } from "../../sim/scenario.js"
import type { Fault } from "../faults.js"
import { eventsOf, type Plan } from "../plan.js"

const LATENCY_MS = 20
/** How long the power holds in a brown-out loop. */
const HOLD_S = 6

/** Writes a plan down as a scenario, with a file of pulses for each channel. */
export function scenarioOf(plan: Plan, dir: string): Scenario {
    const devices = plan.devices.map((device, index) => ({
        name: nameOf(index),
        clockPpm: device.ppm,
        channels: device.channels.map((_, channel) => ({
            kind: "pulse",
            pin: channel + 1,
            name: `Channel ${channel}`,
            type: "electricity",
            source: {
                type: "pulses",
                file: writePulses(plan, index, channel, dir),
                timeColumn: "ms",
                timeUnit: "ms",
                from: 0,
            },
        })),
    }))
    const path = join(dir, "soak.json")
    const scenario = {
        name: `soak ${plan.seed}`,
        startTime: "2026-01-01T00:00:00Z",
        durationS: plan.durationMs / 1000,
        seed: plan.seed,
        network: { latencyMs: LATENCY_MS },
        devices,
        faults: plan.faults.flatMap(fault => scenarioFault(fault)),
    }
    writeFileSync(path, JSON.stringify(scenario))
    return loadScenario(path)
}

function nameOf(device: number): string {
    return `home-${device}`
}

function writePulses(plan: Plan, device: number, channel: number, dir: string): string {
    const path = join(dir, `pulses-${device}-${channel}.csv`)
    const endMs = plan.durationMs
    // two rows after the end, so that the last pulse has a row behind it
    const rows = [...eventsOf(plan, device, channel), endMs + 1000, endMs + 2000]
    writeFileSync(path, `ms\n${rows.join("\n")}\n`)
    return path
}

/** Those that the simulator knows; a crash of the server is the soak's own. */
function scenarioFault({ kind, device, atMs, durationMs, amount }: Fault): object[] {
    const place = { device: nameOf(Math.max(0, device)), atS: atMs / 1000 }
    const durationS = durationMs / 1000
    switch (kind) {
        case "link-loss":
        case "power-cut":
        case "clone":
            return [{ type: kind, ...place, durationS }]
        case "latency":
            // a link's handshake bears no more
            return [{ type: kind, ...place, durationS, extraMs: Math.min(amount, 4000) }]
        case "cut-frame":
            return [{ type: kind, ...place, from: atMs % 2 === 0 ? "device" : "server" }]
        case "brown-out":
            return [{ type: kind, ...place, count: amount, onS: HOLD_S, offS: durationS }]
        case "clock-step":
            return [{ type: kind, atS: place.atS, stepS: amount / 1000 }]
        default:
            return []
    }
}
