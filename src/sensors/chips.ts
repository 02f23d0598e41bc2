import type { ChipSettings } from "../measure/stpm34-circuit.js"
import { type Channel, KIND_CHIP } from "../wire/channels.js"
import type { ChipBus } from "./chip-bus.js"
import type { OnEvent } from "./mains.js"
import { Stpm34 } from "./stpm34.js"

const MOST_CHIPS = 5

/** The metering chips of a device's channels, each with its circuits. Without a bus they are silent. */
export function chipsOf(channels: Channel[], bus: ChipBus | undefined, onEvent: OnEvent): Stpm34[] {
    const chips: Stpm34[] = []
    for (let chip = 1; chip <= MOST_CHIPS; chip++) {
        const numbers: number[] = []
        const settings: ChipSettings[] = []
        for (let i = 0; i < channels.length; i++) {
            const { kind, isEnabled, fields } = channels[i]
            if (kind !== KIND_CHIP || !isEnabled || fields["chip"] !== chip) continue
            numbers.push(i)
            settings.push(settingsOf(fields))
        }
        if (numbers.length > 0)
            chips.push(new Stpm34(bus ?? { transfer: noBus }, chip, numbers, settings, onEvent))
    }
    return chips
}

function settingsOf(fields: Record<string, number>): ChipSettings {
    return {
        input: fields["input"],
        clampA: fields["clampA"],
        phaseGroup: fields["phaseGroup"],
        isReversed: fields["isReversed"] === 1,
        currentGain: fields["currentGain"],
        voltageGain: fields["voltageGain"],
        phaseUs: fields["phaseUs"],
        sagPercent: fields["sagPercent"],
        swellPercent: fields["swellPercent"],
        nominalV: fields["lineVoltageV"],
    }
}

async function noBus(): Promise<Buffer> {
    throw new Error("this board has no pins for metering chips")
}
