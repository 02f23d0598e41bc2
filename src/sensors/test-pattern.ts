import * as ds from "@devicescript/core"
import type { ChipBus } from "./chip-bus.js"
import type { BurstReader, Inputs, Poll } from "./inputs.js"

const PERIOD_MS = 2000
const ACTIVE_MS = 50

/** A flash and a contact every two seconds: shows life where there is neither board nor bench. */
export class TestPattern implements Inputs {
    millivoltReader(_pin: number): () => number {
        return () => (isActive() ? 1000 : 100)
    }

    levelReader(_pin: number, _pull: number): () => number {
        return () => (isActive() ? 0 : 1)
    }

    powerWriter(_pin: number): (isOn: boolean) => void {
        return () => {}
    }

    burstReader(_polls: Poll[]): BurstReader {
        return { start: () => {}, take: () => {}, spend: () => {} }
    }

    chipBus(): ChipBus | undefined {
        return undefined
    }

    beat(_isOn: boolean): void {}
}

function isActive(): boolean {
    return ds.millis() % PERIOD_MS < ACTIVE_MS
}
