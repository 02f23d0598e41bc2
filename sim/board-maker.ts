import type { BenchPin } from "./bench.js"
import type { ChannelSource } from "./channel-source.js"
import { type Costs, SimDevice } from "./device.js"
import { type MeteringChip, meteringChips } from "./metering-chip.js"
import type { Random } from "./random.js"
import type { ScenarioDevice } from "./scenario.js"
import type { Scheduler } from "./scheduler.js"
import type { Link, WorldDeps } from "./world.js"

type Chips = (MeteringChip | undefined)[]

/** What makes one board different from another of the same kind on the same signal. */
export interface BoardIdentity {
    id: string
    random: Random
    chips: Chips
}

/** Makes a world's boards and their links. */
export class BoardMaker {
    /** `scenarioMs` turns virtual time into time since the scenario's start, below 0 before it. */
    constructor(
        private readonly costs: Costs,
        private readonly deps: WorldDeps,
        private readonly scheduler: Scheduler,
        private readonly scenarioMs: (atMs: number) => number
    ) {}

    board(
        spec: ScenarioDevice,
        sources: ChannelSource[],
        { id, random, chips }: BoardIdentity
    ): { board: SimDevice; link: Link } {
        const seeded = random.fork("entropy")
        const link = this.deps.link(this.scheduler, work => board.wakeFor(work))
        const board = new SimDevice(this.scheduler, {
            id,
            costs: this.costs,
            clockPpm: spec.clockPpm,
            pins: this.benchPins(sources),
            chips,
            net: link.net,
            tls: link.tls,
            randomBytes: this.deps.entropy ?? (size => randomBytes(seeded, size)),
            random: random.fork("flash"),
            onStop: () => link.faults.drop(),
            onLine: line => this.deps.onLine?.(spec.name, line),
        })
        return { board, link }
    }

    chips(sources: ChannelSource[]): Chips {
        return meteringChips(
            sources.flatMap(({ circuit }) => circuit ?? []),
            this.scenarioMs
        )
    }

    /** Circuits that share a voltage pin see the voltage of the first of them. */
    private benchPins(sources: ChannelSource[]): BenchPin[] {
        const pins = new Map<string, BenchPin>()
        for (const { isAnalog, pin, readAt } of sources.flatMap(source => source.pins)) {
            const key = `${isAnalog} ${pin}`
            if (!pins.has(key))
                pins.set(key, { isAnalog, pin, readAt: atMs => readAt(this.scenarioMs(atMs)) })
        }
        return [...pins.values()]
    }
}

export function randomBytes(random: Random, size: number): Buffer {
    const bytes = Buffer.alloc(size)
    for (let i = 0; i < size; i++) bytes[i] = random.nextBits() & 0xff
    return bytes
}
