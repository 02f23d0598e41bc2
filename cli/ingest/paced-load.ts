import { setTimeout as pause } from "node:timers/promises"
import type { PacedDevice } from "./paced-device.js"

/** Turns are looked at this often. */
const TICK_MS = 2
/** How long the last acknowledgements may take. */
const DRAIN_MS = 30_000

/** Sends prepared reports of many devices in turn, at a steady rate whatever the server does. */
export class PacedLoad {
    sent = 0
    acknowledged = 0
    /** Sent and not acknowledged, at the most. */
    mostWaiting = 0
    /** From a report's turn to its acknowledgement. */
    latenciesMs: number[] = []

    constructor(private readonly devices: PacedDevice[]) {
        for (const device of devices)
            device.onAcknowledged = latencyMs => {
                this.acknowledged++
                this.latenciesMs.push(latencyMs)
            }
    }

    /** Sends for some seconds; a report that could not be sent in its turn counts from it all the same. */
    async run(rate: number, seconds: number, onTick: () => void = () => undefined): Promise<void> {
        const { devices } = this
        const beganMs = performance.now()
        const before = this.sent
        const total = before + Math.floor(rate * seconds)
        while (this.sent < total) {
            const turns = before + Math.floor(((performance.now() - beganMs) * rate) / 1000)
            for (; this.sent < Math.min(total, turns); this.sent++) {
                const dueMs = beganMs + ((this.sent - before) * 1000) / rate
                devices[this.sent % devices.length].sendNext(dueMs)
            }
            this.mostWaiting = Math.max(this.mostWaiting, this.sent - this.acknowledged)
            onTick()
            await pause(TICK_MS)
        }
    }

    /** Waits for what is not acknowledged yet. */
    async drain(): Promise<void> {
        const untilMs = performance.now() + DRAIN_MS
        while (this.acknowledged < this.sent && performance.now() < untilMs) await pause(TICK_MS)
    }

    /** Forgets what it measured so far. */
    startMeasuring(): void {
        this.latenciesMs = []
        this.mostWaiting = 0
    }
}
