import * as ds from "@devicescript/core"
import { Inputs } from "./inputs.js"

const PERIOD_MS = 2000
const ACTIVE_MS = 50

/** A flash and a contact every two seconds: shows life where there is neither board nor bench. */
export class TestPattern implements Inputs {
    readMillivolts(_pin: number): number {
        return this.isActive() ? 1000 : 100
    }

    readLevel(_pin: number): number {
        return this.isActive() ? 0 : 1
    }

    tick(_isOn: boolean): void {}

    private isActive(): boolean {
        return ds.millis() % PERIOD_MS < ACTIVE_MS
    }
}
