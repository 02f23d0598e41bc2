import { type Channel, KIND_DISC } from "../../src/wire/channels.js"
import type { BoardPinCounts } from "../../src/wire/settings-rules.js"
import {
    chip,
    disc,
    light,
    MANY_PINS,
    magnet,
    mains,
    pulse,
    repeat,
    S3_CHIPS_PINS,
    tenCircuits,
} from "./settings-vectors.js"

export interface BadSettings {
    channels: () => Channel[]
    sentence: string
    /** meterbeat_s3 unless it says otherwise. */
    board?: BoardPinCounts
    /** People name kinds, and the server fills in what they leave out: only a device can see this. */
    isDeviceOnly?: boolean
}

/** What a server and a device refuse, and what both say. */
export const BAD_SETTINGS: BadSettings[] = [
    { channels: () => [], sentence: "settings: must have 1 to 16 channels" },
    {
        channels: () => repeat(17, at => pulse({ pin: at + 1 })),
        sentence: "settings: must have 1 to 16 channels",
    },
    {
        channels: () => repeat(16, at => mains({ pin: at + 1 })),
        board: MANY_PINS,
        sentence: "settings: 231 bytes, at most 208 fit: remove a channel",
    },
    // what is not in the board's program
    {
        channels: () => [light({}), pulse({}), chip({ chip: 1, input: 1 })],
        sentence: "channels[2].kind chip is not in this board's program",
    },
    {
        channels: () => [light({}), mains({ pin: 2 })],
        board: S3_CHIPS_PINS,
        sentence: "channels[1].kind mains is not in this board's program",
    },
    // memory
    {
        channels: () => repeat(11, at => mains({ pin: at + 1 })),
        board: MANY_PINS,
        sentence:
            "settings: these channels leave too little memory: remove 1, not counting contacts",
    },
    {
        channels: () => {
            const channels = tenCircuits()
            for (let i = 0; i < 6; i++) channels.push(light({ pin: i + 1 }))
            return channels
        },
        board: S3_CHIPS_PINS,
        sentence:
            "settings: these channels leave too little memory: remove 5, not counting contacts",
    },
    // ranges and steps of every kind
    {
        channels: () => [light({ minThresholdMv: 3301 })],
        sentence: "channels[0].minThresholdMv must be 0 to 3300",
    },
    {
        channels: () => [light({ maxThresholdMv: 3501 })],
        sentence: "channels[0].maxThresholdMv must be 0 to 3500",
    },
    {
        channels: () => [light({ minThresholdMv: 400, maxThresholdMv: 400 })],
        sentence: "channels[0].maxThresholdMv must be above minThresholdMv",
    },
    {
        channels: () => [light({ minRatioPercent: 104 })],
        sentence: "channels[0].minRatioPercent must be 105 to 1000",
    },
    {
        channels: () => [light({ longestMs: 40 })],
        sentence: "channels[0].longestMs must be 50 to 2550",
    },
    {
        channels: () => [light({ longestMs: 55 })],
        sentence: "channels[0].longestMs must be 50 to 2550 in steps of 10",
    },
    {
        channels: () => [pulse({}), pulse({ pin: 2, edge: 2 })],
        sentence: "channels[1].edge must be 0 to 1",
    },
    {
        channels: () => [pulse({ isInverted: 2 })],
        sentence: "channels[0].isInverted must be 0 to 1",
    },
    { channels: () => [pulse({ pull: 3 })], sentence: "channels[0].pull must be 0 to 2" },
    {
        channels: () => [
            light({}),
            disc({ pin: 2 }),
            pulse({}),
            pulse({ pin: 2, shortestHighMs: 2560 }),
        ],
        sentence: "channels[3].shortestHighMs must be 0 to 2550",
    },
    {
        channels: () => [pulse({ shortestLowMs: -10 })],
        sentence: "channels[0].shortestLowMs must be 0 to 2550",
    },
    {
        channels: () => [pulse({ shortestLowMs: 12.5 })],
        sentence: "channels[0].shortestLowMs must be 0 to 2550 in steps of 10",
    },
    {
        channels: () => [mains({ currentGain: 10000.5 })],
        sentence: "channels[0].currentGain must be 5000 to 20000, a whole number",
    },
    {
        channels: () => [light({ pin: 1.5 })],
        sentence: "channels[0].pin must be 1 to 16, a whole number",
    },
    { channels: () => [disc({ isPeak: 3 })], sentence: "channels[0].isPeak must be 0 to 2" },
    {
        channels: () => [disc({ shortestMs: 2555 })],
        sentence: "channels[0].shortestMs must be 0 to 2550",
    },
    {
        channels: () => [magnet({ isDigital: 2 })],
        sentence: "channels[0].isDigital must be 0 to 1",
    },
    {
        channels: () => [mains({ clampA: 150 })],
        sentence: "channels[0].clampA must be one of 50, 100, 250, 500",
    },
    {
        channels: () => [mains({ clampA: 60 })],
        sentence: "channels[0].clampA must be 50 to 500 in steps of 50",
    },
    {
        channels: () => [mains({ lineVoltageV: 49 })],
        sentence: "channels[0].lineVoltageV must be 50 to 500",
    },
    {
        channels: () => [mains({ phaseGroup: 6 })],
        sentence: "channels[0].phaseGroup must be 0 to 5",
    },
    {
        channels: () => [mains({ currentGain: 4999 })],
        sentence: "channels[0].currentGain must be 5000 to 20000",
    },
    {
        channels: () => [mains({ voltageGain: 20001 })],
        sentence: "channels[0].voltageGain must be 5000 to 20000",
    },
    {
        channels: () => [mains({ phaseUs: -2001 })],
        sentence: "channels[0].phaseUs must be -2000 to 2000",
    },
    {
        channels: () => [mains({ noiseMa: 5001 })],
        sentence: "channels[0].noiseMa must be 0 to 5000",
    },
    {
        channels: () => [mains({ sagPercent: 100 })],
        sentence: "channels[0].sagPercent must be 50 to 99",
    },
    {
        channels: () => [mains({ swellPercent: 100 })],
        sentence: "channels[0].swellPercent must be 101 to 150",
    },
    {
        channels: () => [mains({ overloadA: 601 })],
        sentence: "channels[0].overloadA must be 0 to 600",
    },
    {
        channels: () => [chip({ chip: 6, input: 1 })],
        board: S3_CHIPS_PINS,
        sentence: "channels[0].chip must be 1 to 5",
    },
    {
        channels: () => [chip({ chip: 1 })],
        board: S3_CHIPS_PINS,
        sentence: "channels[0].input must be 1 to 2",
    },
    {
        channels: () => [{ kind: 6, isEnabled: true, fields: {} }],
        isDeviceOnly: true,
        sentence: "channels[0].kind must be 0 to 5",
    },
    {
        channels: () => [{ kind: KIND_DISC, isEnabled: true, fields: { pin: 1, isPeak: 0 } }],
        isDeviceOnly: true,
        sentence: "channels[0].shortestMs must be 0 to 2550",
    },
    // pins that the board does not have
    {
        channels: () => [light({}), pulse({}), light({ pin: 11 })],
        sentence: "channels[2].pin must be 1 to 10: this board has A1 to A10",
    },
    {
        channels: () => [light({ pin: 0 })],
        sentence: "channels[0].pin must be 1 to 10: this board has A1 to A10",
    },
    {
        channels: () => [disc({ pin: 7 })],
        board: { analogPins: 6, digitalPins: 8, hasClamps: true, hasChips: false },
        sentence: "channels[0].pin must be 1 to 6: this board has A1 to A6",
    },
    {
        channels: () => [pulse({ pin: 9 })],
        sentence: "channels[0].pin must be 1 to 8: this board has D1 to D8",
    },
    {
        channels: () => [magnet({ pin: 9, isDigital: 1 })],
        sentence: "channels[0].pin must be 1 to 8: this board has D1 to D8",
    },
    {
        channels: () => [magnet({ pin: 11, isDigital: 0 })],
        sentence: "channels[0].pin must be 1 to 10: this board has A1 to A10",
    },
    {
        channels: () => [magnet({ powerPin: 9 })],
        sentence: "channels[0].powerPin must be 0 to 8: this board has D1 to D8",
    },
    {
        channels: () => [mains({ voltagePin: 11 })],
        sentence: "channels[0].voltagePin must be 0 to 10: this board has A1 to A10",
    },
    {
        channels: () => repeat(11, at => mains({ pin: at + 1 })),
        sentence: "channels[10].pin must be 1 to 10: this board has A1 to A10",
    },
    // pins used twice
    {
        channels: () => [light({}), disc({})],
        sentence: "channels[1].pin A1 is used by channels[0]",
    },
    {
        channels: () => [pulse({ pin: 4 }), magnet({ pin: 4, isDigital: 1 })],
        sentence: "channels[1].pin D4 is used by channels[0]",
    },
    {
        channels: () => [
            pulse({}),
            light({ pin: 3 }),
            mains({}),
            mains({ pin: 2 }),
            mains({ pin: 4, voltagePin: 3 }),
        ],
        sentence: "channels[4].voltagePin A3 is used by channels[1]",
    },
    {
        channels: () => [mains({ pin: 2, voltagePin: 3 }), light({ pin: 3 })],
        sentence: "channels[1].pin A3 is used by channels[0]",
    },
    {
        channels: () => [mains({ pin: 2, voltagePin: 2 })],
        sentence: "channels[0].voltagePin A2 is used by channels[0]",
    },
    {
        channels: () => [magnet({ pin: 1, powerPin: 2 }), pulse({ pin: 2 })],
        sentence: "channels[1].pin D2 is used by channels[0]",
    },
    {
        channels: () => [pulse({ pin: 2 }), magnet({ pin: 1, powerPin: 2 })],
        sentence: "channels[1].powerPin D2 is used by channels[0]",
    },
    {
        channels: () => [magnet({ pin: 1, isDigital: 1, powerPin: 1 })],
        sentence: "channels[0].powerPin D1 is used by channels[0]",
    },
    {
        channels: () => [chip({ chip: 2, input: 1 }), chip({ chip: 2, input: 1 })],
        board: S3_CHIPS_PINS,
        sentence: "channels[1].input 1 of chip 2 is used by channels[0]",
    },
    // phases
    {
        channels: () => [
            mains({ pin: 1, phaseGroup: 1, clampA: 100 }),
            mains({ pin: 2, phaseGroup: 2 }),
            mains({ pin: 3, phaseGroup: 1 }),
        ],
        sentence: "channels[2].clampA must be 100: phaseGroup 1 needs identical clamps",
    },
    {
        channels: () => repeat(4, at => mains({ pin: at + 1, phaseGroup: 2 })),
        sentence: "channels[3].phaseGroup 2 must have at most 3 channels",
    },
    {
        channels: () => [
            mains({ pin: 1, phaseGroup: 1 }),
            chip({ chip: 1, input: 1, phaseGroup: 1 }),
        ],
        board: MANY_PINS,
        sentence: "channels[1].phaseGroup 1 must be of one kind: another is in it",
    },
]
