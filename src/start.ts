import * as ds from "@devicescript/core"
import { randomBuffer } from "@devicescript/crypto"
import { FlashPages } from "./flash.js"
import { MeterChannels, type PowerParts } from "./meter-channels.js"
import { Recorder } from "./outbox/recorder.js"
import { Sampler } from "./sampler.js"
import { BenchInputs } from "./sensors/bench.js"
import type { Inputs } from "./sensors/inputs.js"
import { type BoardPins, PinInputs } from "./sensors/pins.js"
import { TestPattern } from "./sensors/test-pattern.js"
import { StoredSettings } from "./settings.js"
import { Gateway } from "./transports/gateway.js"

const BENCH_WAIT_MS = 200
const PATTERN_LOG_MS = 5000

/** A board as its program knows it. */
export interface Board {
    /** As in boards/, and as the server knows it. */
    name: string
    analogPins: number
    digitalPins: number
    /** Not to be called in a simulator, where no pin exists. */
    pins: () => BoardPins
    power: PowerParts
}

/** Starts the meter on a board. */
export async function startMeter(board: Board): Promise<void> {
    const stored = new StoredSettings({
        analogPins: board.analogPins,
        digitalPins: board.digitalPins,
        hasClamps: board.power.mains !== undefined,
        hasChips: board.power.chips !== undefined,
    })
    const settings = await stored.load()
    const inputs = await openInputs(board.pins)
    const recorder = new Recorder(ds.millis())
    const sampler = new Sampler(inputs, recorder)
    const meter = new MeterChannels(board.power, inputs, recorder, sampler)
    meter.use(settings, randomBuffer(4).getAt(0, "u32"))
    console.log(
        `meterbeat on ${board.name}, ${settings.channels.length} channels, boot ${recorder.bootId}`
    )
    const gateway = new Gateway(recorder, board.name, stored, meter)
    sampler.run.start()
    gateway.run.start()
    new FlashPages(recorder, gateway.courier).run.start()
    while (inputs instanceof TestPattern) {
        await ds.sleep(PATTERN_LOG_MS)
        const counts = meter.kinds.map((_kind, i) => recorder.countOf(i))
        console.log(`test pattern: counted ${counts.join(", ")}`)
    }
}

async function openInputs(boardPins: () => BoardPins): Promise<Inputs> {
    if (!ds.isSimulator()) return new PinInputs(boardPins())
    const bench = new BenchInputs()
    for (let waitedMs = 0; waitedMs < BENCH_WAIT_MS; waitedMs += 10) {
        bench.beat(false, [])
        if (bench.isAttached()) return bench
        await ds.sleep(10)
    }
    console.log("no bench: counting the built-in test pattern")
    return new TestPattern()
}
