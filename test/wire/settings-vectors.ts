import {
    type Channel,
    KIND_CHIP,
    KIND_DISC,
    KIND_LIGHT,
    KIND_MAGNET,
    KIND_MAINS,
    KIND_PULSE,
    standardChannel,
} from "../../src/wire/channels.js"
import type { Settings } from "../../src/wire/settings.js"
import type { SettingsAnswer } from "../../src/wire/settings-answer.js"
import type { BoardPinCounts } from "../../src/wire/settings-rules.js"
import type { Malformed } from "./vectors.js"

/*
 * Settings good and bad, for host and device alike. Each is made when it is asked for: all at once they
 * would not fit into a device.
 */

/** What meterbeat_s3 has. */
export const S3_PINS: BoardPinCounts = {
    analogPins: 10,
    digitalPins: 8,
    hasClamps: true,
    hasChips: false,
}

/** What meterbeat_s3_chips has. */
export const S3_CHIPS_PINS: BoardPinCounts = {
    analogPins: 10,
    digitalPins: 7,
    hasClamps: false,
    hasChips: true,
}

/** What a board has that nobody knows. */
export const MANY_PINS: BoardPinCounts = {
    analogPins: 16,
    digitalPins: 16,
    hasClamps: true,
    hasChips: true,
}

/** A channel of a kind with some of its fields changed. */
export function channelOf(kind: number, changes: Record<string, number>): Channel {
    const channel = standardChannel(kind, 1)
    for (const name of Object.keys(changes)) channel.fields[name] = changes[name]
    return channel
}

/** A list of `count` channels, each made for its place. */
export function repeat(count: number, make: (at: number) => Channel): Channel[] {
    const channels: Channel[] = []
    for (let i = 0; i < count; i++) channels.push(make(i))
    return channels
}

export const light = (changes: Record<string, number>) => channelOf(KIND_LIGHT, changes)
export const pulse = (changes: Record<string, number>) => channelOf(KIND_PULSE, changes)
export const disc = (changes: Record<string, number>) => channelOf(KIND_DISC, changes)
export const magnet = (changes: Record<string, number>) => channelOf(KIND_MAGNET, changes)
export const mains = (changes: Record<string, number>) => channelOf(KIND_MAINS, changes)
export const chip = (changes: Record<string, number>) => channelOf(KIND_CHIP, changes)

export interface SettingsVector {
    name: string
    settings: () => Settings
    hex: string
}

export const SETTINGS_VECTORS: SettingsVector[] = [
    {
        name: "a light and a contact",
        settings: () => ({
            version: 7,
            channels: [light({ pin: 3 }), pulse({ pin: 8 })],
            flashMinutes: 5,
        }),
        hex: "010700000002006209ac0dc0030147010105",
    },
    {
        name: "one of every kind, the second off",
        settings: () => {
            const off = pulse({ pin: 2, edge: 1, isInverted: 1, pull: 2, shortestHighMs: 2550 })
            off.isEnabled = false
            return {
                version: 4294967295,
                channels: [
                    light({ pin: 1, minThresholdMv: 0, maxThresholdMv: 3300, longestMs: 2550 }),
                    off,
                    disc({ pin: 2, isPeak: 1, shortestMs: 100 }),
                    magnet({ pin: 3, isDigital: 0, powerPin: 7 }),
                    mains({ pin: 4, voltagePin: 5, clampA: 100, phaseUs: -2000, noiseMa: 5000 }),
                    chip({ chip: 5, input: 2, clampA: 500, phaseUs: 255, isReversed: 1 }),
                ],
                flashMinutes: 60,
            }
        },
        hex:
            "01ffffffff06000000e40c803e81b1ff0102910203e20004538216204e881300204e340100059c" +
            "b41071429cfe44133c",
    },
]

/** Nine circuits of one voltage, on the ten pins of an ESP32-S3. */
function nineCircuits(): Channel[] {
    return repeat(9, at => mains({ pin: at + 1, voltagePin: 10 }))
}

/** Ten circuits of five chips. */
export function tenCircuits(): Channel[] {
    return repeat(10, at =>
        chip({
            chip: (at >> 1) + 1,
            input: (at & 1) + 1,
            phaseGroup: Math.floor(at / 3) + 1,
        })
    )
}

/** A full house: six contacts, a light, eight circuits of one voltage. */
export function fullHouse(): Channel[] {
    const channels = repeat(6, at => pulse({ pin: at + 1 }))
    channels.push(light({ pin: 1 }))
    for (let i = 0; i < 8; i++) channels.push(mains({ pin: i + 2, voltagePin: 10 }))
    return channels
}

interface GoodSettings {
    name: string
    channels: () => Channel[]
    /** meterbeat_s3 unless it says otherwise. */
    board?: BoardPinCounts
}

export const GOOD_SETTINGS: GoodSettings[] = [
    { name: "a single channel", channels: () => [light({})] },
    {
        name: "ten circuits of five chips, in three phases",
        board: S3_CHIPS_PINS,
        channels: tenCircuits,
    },
    {
        name: "ten circuits of five chips, a light and five contacts",
        board: S3_CHIPS_PINS,
        channels: () => {
            const channels = tenCircuits()
            channels.push(light({}))
            for (let i = 0; i < 5; i++) channels.push(pulse({ pin: i + 1 }))
            return channels
        },
    },
    {
        name: "nine lights and seven contacts",
        channels: () =>
            repeat(16, at => (at < 9 ? light({ pin: at + 1 }) : pulse({ pin: at - 8 }))),
    },
    {
        name: "memory that is taken only while a channel is on",
        board: MANY_PINS,
        channels: () =>
            repeat(12, at => {
                const channel = mains({ pin: at + 1 })
                channel.isEnabled = at < 10
                return channel
            }),
    },
    {
        name: "two magnets that share their power",
        channels: () => [
            magnet({ pin: 1, isDigital: 1, powerPin: 3 }),
            magnet({ pin: 2, isDigital: 1, powerPin: 3 }),
        ],
    },
    {
        name: "the same number on an analog and a digital pin",
        channels: () => [light({ pin: 2 }), pulse({ pin: 2 }), magnet({ pin: 3, isDigital: 0 })],
    },
    { name: "nine circuits of one voltage", channels: nineCircuits },
    { name: "a full house", channels: fullHouse },
]

export const MALFORMED_SETTINGS: Malformed[] = [
    { hex: "", reason: "settings: shorter than their header" },
    { hex: "0107000000", reason: "settings: shorter than their header" },
    { hex: "020700000001", reason: "settings: unknown version 2" },
    { hex: "010700000000", reason: "settings: must have 1 to 16 channels" },
    { hex: "010700000011", reason: "settings: must have 1 to 16 channels" },
    { hex: "010700000001", reason: "settings: length does not fit" },
    { hex: "0107000000010200", reason: "settings: length does not fit" },
    { hex: "010700000001020000000a00", reason: "settings: length does not fit" },
    { hex: "0107000000010602000000", reason: "channels[0].kind must be 0 to 5" },
    { hex: "0107000000018602000000", reason: "channels[0].kind must be 0 to 5" },
]

export const ANSWER_VECTORS: { name: string; message: SettingsAnswer; hex: string }[] = [
    {
        name: "in force",
        message: { bootId: 0x1a2b3c4d, triedVersion: 3, versionInForce: 3, reason: undefined },
        hex: "014d3c2b1a030000000300000000",
    },
    {
        name: "refused",
        message: { bootId: 1, triedVersion: 300, versionInForce: 2, reason: "channels[0].pin" },
        hex: "01010000002c01000002000000016368616e6e656c735b305d2e70696e",
    },
]

export const MALFORMED_ANSWERS: Malformed[] = [
    { hex: "", reason: "settings answer: shorter than its header" },
    { hex: "014d3c2b1a0300000003000000", reason: "settings answer: shorter than its header" },
    { hex: "024d3c2b1a030000000300000000", reason: "settings answer: unknown version 2" },
    { hex: "014d3c2b1a030000000300000002", reason: "settings answer: outcome above 1" },
    { hex: "014d3c2b1a030000000300000001", reason: "settings answer: length does not fit" },
    { hex: "014d3c2b1a03000000030000000061", reason: "settings answer: length does not fit" },
    {
        hex: "014d3c2b1a03000000030000000107",
        reason: "settings answer: reason is not printable ASCII",
    },
]
