import type { IngestItem, Store } from "../../server/store/store.js"
import type { DeviceEvent } from "../../src/wire/event.js"
import { SLOTS_VERSION } from "../../src/wire/limits.js"
import type { MainsReport } from "../../src/wire/mains-report.js"
import type { MainsSlot } from "../../src/wire/mains-slots.js"
import { decodeWaveformPiece, encodeWaveform, type WaveformPiece } from "../../src/wire/waveform.js"
import { DEVICE_ID, makeHello, openTestStore, START_MS } from "./helpers.js"

/** A light, a mains and a chip channel, booted at START_MS. */
export const MAINS_HELLO = makeHello({ kinds: [0, 4, 5] })
const REST_SAMPLES = 130
/** Store's id of the mains channel. */
export const MAINS_ID = 2

/** 2,300 W at 230 V and 12.5 A for 5 s: 31,944.4 tenths of a mWh. */
export function makeSlot(change: Partial<MainsSlot> = {}): MainsSlot {
    return {
        energyIn: 31_944,
        energyOut: 0,
        reactiveDvar: 17_250,
        voltageCv: 23_000,
        currentMa: 12_500,
        frequencyMhz: 49_990,
        angleDdeg: 369,
        shareTenths: 120,
        isApparent: false,
        ...change,
    }
}

/** Ten slots of the mains channel from START_MS on. */
export function makeMains(change: Partial<MainsReport> = {}): MainsReport {
    const slots = change.slots ?? Array.from({ length: 10 }, () => makeSlot())
    const sum = (of: (slot: MainsSlot) => number) =>
        slots.reduce((total, slot) => total + (slot ? of(slot) : 0), 0)
    const whole = (change.slotSeconds ?? 5) / 5
    return {
        version: SLOTS_VERSION,
        span: slots.length * whole,
        firstSpan: whole,
        channel: 1,
        bootId: 1,
        sequence: 0,
        startMs: START_MS,
        isUptime: false,
        slotSeconds: 5,
        energyInSinceBoot: sum(({ energyIn }) => energyIn),
        energyOutSinceBoot: sum(({ energyOut }) => energyOut),
        lateTicks: 0,
        quality: 90,
        slots,
        ...change,
    }
}

/** A sag of the mains channel at START_MS. */
export function makeEvent(change: Partial<DeviceEvent> = {}): DeviceEvent {
    return {
        bootId: 1,
        sequence: 0,
        startMs: START_MS,
        isUptime: false,
        code: 10,
        channel: 1,
        value: 16_105,
        durationMs: 60,
        ...change,
    }
}

/** The pieces of a waveform whose codes count up, in order. */
export function makePieces(samples: number, change: Partial<WaveformPiece> = {}): WaveformPiece[] {
    const voltage = Array.from({ length: samples }, (_, at) => (at * 260) % 4096)
    const current = voltage.map(code => (code + 130) % 4096)
    return piecesOf(voltage, current, change)
}

/** A waveform of what a clamp of 50 A rests at, from the middle of the range, with noise of so much. */
export function makeRest(
    offsetMv: number,
    noiseMa: number,
    change: Partial<WaveformPiece> = {}
): WaveformPiece[] {
    const middle = 2047.5 + (offsetMv * 4095) / 3300
    const swing = (noiseMa / 50) * (4095 / 3300)
    const current = Array.from({ length: REST_SAMPLES }, (_, at) =>
        Math.round(middle + (at % 2 === 0 ? swing : -swing))
    )
    return piecesOf(Array(REST_SAMPLES).fill(0), current, change)
}

function piecesOf(voltage: number[], current: number[], change: Partial<WaveformPiece>) {
    const info = {
        bootId: 1,
        startMs: START_MS,
        isUptime: false,
        channel: 1,
        cause: 0,
        sampleNs: 160_000,
    }
    return encodeWaveform(info, voltage, current, voltage.length).map((bytes, sequence) => {
        const piece = decodeWaveformPiece(bytes)
        if (typeof piece === "string") throw new Error(piece)
        return { ...piece, sequence, ...change }
    })
}

type Said = IngestItem extends infer Item
    ? Item extends IngestItem
        ? Omit<Item, "deviceId" | "nowMs">
        : never
    : never

/** Stores what the test device says, in one batch. */
export function ingestAll(store: Store, ...said: Said[]) {
    return store.ingest(
        said.map(
            item => ({ ...item, deviceId: DEVICE_ID, nowMs: START_MS + 3_600_000 }) as IngestItem
        )
    )
}

/** Announces the three channels. */
export function sayHello(store: Store): void {
    ingestAll(store, { kind: "hello", hello: MAINS_HELLO })
}

/** A store that knows the three channels, and what adds mains reports to it. */
export async function openWithMains() {
    const store = await openTestStore()
    sayHello(store)
    const add = (...reports: MainsReport[]) =>
        ingestAll(store, ...reports.map(report => ({ kind: "mains" as const, report }))).map(
            ({ outcome }) => outcome
        )
    return { store, add }
}
