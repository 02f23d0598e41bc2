import { KIND_MAINS } from "../src/wire/channels.js"
import { type Reading, type Reference, wholeNoiseMa } from "./calibration.js"
import type { Deps } from "./deps.js"
import { AppError } from "./errors.js"
import { newestRest } from "./mains-offset.js"
import { newestReading } from "./mains-reading.js"
import type { DeviceSettings } from "./store/device-settings.js"
import { type CommandLink, sendCommand } from "./transports/command-link.js"

/** What a waveform shows beyond so many times the noise is a load. */
const LOAD_NOISES = 3

interface Asked {
    /** Of the device, and the channel's number on it. */
    id: string
    number: number
    settings: DeviceSettings
    reference: Reference
}

/**
 * What a channel has shown of the reference since its settings are in force; without a load also what
 * its input rests at, for which its device is asked for a waveform when there is none. Throws AppError
 * when that does not say enough.
 */
export function shownReading({ store, clock }: Deps, link: CommandLink, asked: Asked): Reading {
    const { id, number, settings, reference } = asked
    const { version, versionInForce, inForceSinceMs: sinceMs } = settings
    if (version !== versionInForce) throw refusal("the newest settings are not in force yet")
    const channel = store.channels().find(one => one.deviceId === id && one.number === number)
    if (!channel) throw refusal("the channel is not known yet")
    const times = { nowMs: clock(), sinceMs }
    const seen = newestReading(store, channel.id, times)
    const clamp = settings.channels[number]
    if (!reference.noLoad || clamp.kind !== KIND_MAINS) return seen
    const rest = newestRest(store, channel.id, clamp, times)
    if (!rest) {
        sendCommand(link, id, { kind: "waveform", channel: number })
        throw new AppError(
            "conflict",
            "measured: the offset is read from a waveform, which the device was asked for just now: repeat this in some seconds"
        )
    }
    if (rest.currentMa > LOAD_NOISES * wholeNoiseMa(clamp.fields, seen))
        throw refusal(`the newest waveform shows ${(rest.currentMa / 1000).toFixed(2)} A`)
    return { ...seen, offsetMv: rest.offsetMv }
}

function refusal(sentence: string): AppError {
    return new AppError("bad_request", `measured: ${sentence}`)
}
