import { resolve } from "node:path"
import { ENERGY_UNIT_WH } from "../src/wire/mains-slots.js"
import { type AdcChip, adcCode } from "./adc-model.js"
import type { BenchPin } from "./bench.js"
import type { ChipCircuitSource } from "./metering-chip.js"
import { type ScenarioChannel, sourceKind } from "./scenario.js"
import { openMains } from "./sources/mains.js"
import type { MainsSpec } from "./sources/mains-schema.js"
import { type OpenContext, openSource, type SourceOptions } from "./sources/source.js"
import { Tables } from "./sources/table.js"

const FULL_SCALE_MV = 3300
const NO_CURRENT_MV = 1650

/** What a channel's pins see, and the truth about it; times are since the scenario's start. */
export interface ChannelSource {
    pins: BenchPin[]
    /** Where it is on a metering chip instead. */
    circuit?: ChipCircuitSource
    /** True pulses, or tenths of a mWh drawn; undefined when the recording does not tell. */
    countBetween(fromMs: number, toMs: number): number | undefined
    readonly endMs: number
    readonly notes: string[]
}

/** Throws an Error with one sentence that names the setting or the file and row. */
export function openChannel(
    channel: ScenarioChannel,
    options: Omit<SourceOptions, "kind">,
    chip: AdcChip
): ChannelSource {
    const spec = channel.source
    if (spec.type === "mains") return openMainsChannel(channel, spec, options, chip)
    const { kind, digital } = sourceKind(channel)
    const source = openSource(spec, { ...options, kind, digital })
    const isAnalog = kind !== "pulse" && !digital
    // before the scenario begins a lamp is dark, a contact open, and a disc or magnet stands still
    const before =
        kind === "light" ? () => 0 : kind === "pulse" ? () => 1 : () => source.signalAt(0)
    const signalAt = (atMs: number) => (atMs < 0 ? before() : source.signalAt(atMs))
    const readAt = isAnalog
        ? (atMs: number) => adcCode(signalAt(atMs) * FULL_SCALE_MV, atMs, chip)
        : signalAt
    return {
        pins: [{ isAnalog, pin: channel.pin, readAt }],
        countBetween: (fromMs, toMs) => source.countBetween(fromMs, toMs),
        endMs: source.endMs,
        get notes() {
            return source.notes
        },
    }
}

function openMainsChannel(
    channel: ScenarioChannel,
    spec: MainsSpec,
    {
        durationMs,
        random,
        startUnixMs,
        label = "source",
        tables,
        baseDir,
    }: Omit<SourceOptions, "kind">,
    chip: AdcChip
): ChannelSource {
    const known = tables ?? new Tables()
    const openTable: OpenContext["openTable"] = file => known.open(resolve(baseDir, file))
    const context = { durationMs, random, startUnixMs, label, openTable }
    const clampA = channel.fields["clampA"] ?? 50
    const mains = openMains(spec, clampA, context)
    const truth = {
        countBetween: (fromMs: number, toMs: number) =>
            Math.round(mains.energyBetween(fromMs, toMs).inWh / ENERGY_UNIT_WH),
        endMs: 0,
        notes: mains.notes,
    }
    if (channel.kind === "chip") {
        const place = { chip: channel.fields["chip"], input: channel.fields["input"] }
        return { pins: [], circuit: { ...place, mains, endMs: durationMs }, ...truth }
    }
    const pins: BenchPin[] = [
        {
            isAnalog: true,
            pin: channel.pin,
            // the load is on for the run alone, so that what was used can be told
            readAt: atMs => {
                const isOn = atMs >= 0 && atMs < durationMs
                return adcCode(isOn ? mains.currentMvAt(atMs) : NO_CURRENT_MV, atMs, chip)
            },
        },
    ]
    const voltagePin = channel.fields["voltagePin"] ?? 0
    if (voltagePin > 0)
        pins.push({
            isAnalog: true,
            pin: voltagePin,
            readAt: atMs => adcCode(mains.voltageMvAt(atMs), atMs, chip),
        })
    return { pins, ...truth }
}
