import { rmSync } from "node:fs"
import { Random } from "../sim/random.js"
import { FastWorld } from "./fast/fast-world.js"
import type { Fault } from "./faults.js"
import type { Breach } from "./invariants.js"
import { makePlan, type Plan } from "./plan.js"
import { runIn } from "./run-seed.js"
import { makeScratch } from "./scratch.js"
import { Watch } from "./watch.js"

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DEVICES = 4
const LEAD_MS = 10 * MINUTE_MS

/** How the program ends: by a command, after which it starts at once, or with the power. */
export type Ending = "reboot" | "power-cut"

/** What many ends of one kind took with them. */
export interface CutSeries {
    ending: Ending
    isOnline: boolean
    count: number
    /** Marked missing before the end, s: the longest, and the mean over all channels. */
    worstS: number
    meanS: number
    /** Share of the time, link away, in which flash was being written: how likely one end falls into a write. */
    writeShare: number
    breaches: Breach[]
}

/** Runs homes whose boards end at random moments, natively, and judges them as the soak does. */
export async function runCuts(
    ending: Ending,
    isOnline: boolean,
    count: number,
    seed: number
): Promise<CutSeries> {
    const plan = planCuts(ending, isOnline, count, seed)
    const dir = makeScratch()
    const watch = new Watch(plan)
    const world = new FastWorld(plan, dir, watch)
    await runIn(world, watch)
    rmSync(dir, { recursive: true, force: true })
    const { missingS, breaches } = watch
    const cuts = world.homes.flatMap(({ lives }) => lives.map(life => life.cuts.length))
    const channels = plan.devices.map(device => device.channels.length)
    const lives = cuts.reduce((sum, each, at) => sum + each * channels[at], 0)
    const blindMs = world.homes
        .flatMap(home => home.lives.flatMap(({ blind }) => blind))
        .reduce((sum, [fromMs, toMs]) => sum + toMs - fromMs, 0)
    const awayMs = plan.faults
        .filter(({ kind }) => kind === "link-loss")
        .reduce((sum, { durationMs }) => sum + durationMs, 0)
    return {
        ending,
        isOnline,
        count: cuts.reduce((sum, each) => sum + each, 0),
        worstS: missingS.reduce((worst, each) => Math.max(worst, each), 0),
        meanS: missingS.reduce((sum, each) => sum + each, 0) / Math.max(1, lives),
        writeShare: blindMs / Math.max(1, isOnline ? plan.durationMs * DEVICES : awayMs),
        breaches,
    }
}

/** Each end in a span of its own, at a random moment of it; offline the link goes well before and comes back after. */
function planCuts(ending: Ending, isOnline: boolean, count: number, seed: number): Plan {
    const random = new Random(seed).fork(`${ending} ${isOnline}`)
    const each = Math.ceil(count / DEVICES)
    const spanMs = isOnline ? 15 * MINUTE_MS : 4 * HOUR_MS
    const durationMs = LEAD_MS + each * spanMs
    const faults: Fault[] = []
    for (let device = 0; device < DEVICES; device++)
        for (let i = 0; i < Math.min(each, count - device * each); i++) {
            const fromMs = LEAD_MS + i * spanMs
            const offMs = ending === "reboot" ? 0 : random.between(500, 5 * MINUTE_MS)
            if (!isOnline)
                faults.push(fault("link-loss", device, fromMs, random.between(2, 3) * HOUR_MS))
            const latestMs = isOnline ? 8 * MINUTE_MS : 1.9 * HOUR_MS
            const atMs = fromMs + random.between(0, latestMs)
            faults.push(fault("power-cut", device, atMs, offMs))
        }
    const plan = makePlan(seed, { hours: durationMs / HOUR_MS, devices: DEVICES, kinds: [] })
    return { ...plan, faults: faults.sort((a, b) => a.atMs - b.atMs) }
}

function fault(kind: Fault["kind"], device: number, atMs: number, durationMs: number): Fault {
    return { kind, device, atMs: Math.round(atMs), durationMs: Math.round(durationMs), amount: 0 }
}
