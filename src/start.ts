import * as ds from "@devicescript/core"
import { randomBuffer } from "@devicescript/crypto"
import { readSetting } from "@devicescript/settings"
import { startMeterServices } from "./meter-service.js"
import { Recorder } from "./outbox/recorder.js"
import { Sampler } from "./sampler.js"
import { BenchInputs } from "./sensors/bench.js"
import type { Inputs } from "./sensors/inputs.js"
import { type BoardPins, PinInputs } from "./sensors/pins.js"
import { makeSensor } from "./sensors/sensor.js"
import { TestPattern } from "./sensors/test-pattern.js"
import { Gateway } from "./transports/gateway.js"
import { CHANNELS_KEY, type Channel, DEFAULT_CHANNELS, parseChannels } from "./wire/channels.js"

const BENCH_WAIT_MS = 200
const PATTERN_LOG_MS = 5000

/** Starts the meter on a board; `boardPins` is not called in a simulator, where no pin exists. */
export async function startMeter(board: string, boardPins: () => BoardPins): Promise<void> {
    const channels = await readChannels()
    const bootId = randomBuffer(4).getAt(0, "u32")
    const inputs = await openInputs(boardPins)
    const sensors = channels.map(channel => makeSensor(channel, inputs))
    const recorder = new Recorder(bootId, sensors.length, ds.millis(), channel =>
        sensors[channel].rejected()
    )
    console.log(`meterbeat on ${board}, ${channels.length} channels, boot ${bootId}`)
    startMeterServices(recorder, sensors)
    const sampler = new Sampler(sensors, inputs, recorder)
    const gateway = new Gateway(
        recorder,
        board,
        channels.map(channel => channel.kind)
    )
    sampler.run.start()
    gateway.run.start()
    if (inputs instanceof TestPattern)
        setInterval(async () => {
            const counts = channels.map((_channel, i) => recorder.countOf(i))
            console.log(`test pattern: counted ${counts.join(", ")}`)
        }, PATTERN_LOG_MS)
}

async function readChannels(): Promise<Channel[]> {
    const value = await readSetting(CHANNELS_KEY)
    if (value === undefined) return DEFAULT_CHANNELS
    const channels = parseChannels(value)
    if (typeof channels !== "string") return channels
    console.log(`${channels}; counting on the default channels`)
    return DEFAULT_CHANNELS
}

async function openInputs(boardPins: () => BoardPins): Promise<Inputs> {
    if (!ds.isSimulator()) return new PinInputs(boardPins())
    const bench = new BenchInputs()
    for (let waitedMs = 0; waitedMs < BENCH_WAIT_MS; waitedMs += 10) {
        bench.beat(false)
        if (bench.isAttached()) return bench
        await ds.sleep(10)
    }
    console.log("no bench: counting the built-in test pattern")
    return new TestPattern()
}
