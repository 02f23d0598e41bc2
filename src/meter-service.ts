import * as ds from "@devicescript/core"
import { SensorServer, startServer } from "@devicescript/server"
import type { Recorder } from "./outbox/recorder.js"

const SERVE_INTERVAL_MS = 1000

/** Shows one channel on the Jacdac bus, so that ordinary DeviceScript tools see it. */
class MeterServer extends SensorServer implements ds.MeterServerSpec {
    constructor(
        private readonly recorder: Recorder,
        private readonly channel: number
    ) {
        super(ds.Meter.spec, { interval: SERVE_INTERVAL_MS })
    }

    reading(): number {
        return this.recorder.countOf(this.channel)
    }

    interval(): number {
        return this.recorder.intervalOf(this.channel)
    }

    rejected(): number {
        return this.recorder.rejectedOf(this.channel)
    }
}

export function startMeterServices(recorder: Recorder, channelCount: number): void {
    for (let i = 0; i < channelCount; i++)
        startServer(new MeterServer(recorder, i), { roleName: `meter${i}` })
}
