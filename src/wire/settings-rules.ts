import { type ChannelField, CLAMPS_A, FieldTables } from "./channel-fields.js"
import {
    CHANNEL_KINDS,
    type Channel,
    isClampKind,
    KIND_CHIP,
    KIND_LIGHT,
    KIND_MAGNET,
    KIND_MAINS,
    KIND_PULSE,
} from "./channels.js"
import { MAX_CHANNELS, MAX_SETTINGS_BYTES } from "./limits.js"
import { settingsSize, tooLong } from "./settings.js"
import { heapProblem } from "./settings-heap.js"

/** How many pins of each label a board has, and what its program measures power with. */
export interface BoardPinCounts {
    /** A1 and so on, each on ADC1: the radio needs the other converter. */
    analogPins: number
    /** D1 and so on. */
    digitalPins: number
    /** On clamps at its own pins. */
    hasClamps: boolean
    /** On metering chips. */
    hasChips: boolean
}

const MAX_PHASES = 3

/**
 * Checks what a device shall count. Returns one sentence that names the channel, its field and the
 * limit, or undefined when a board with these pins can do it. Never throws. A full house takes a
 * third of what the runtime lets a program run uninterrupted.
 */
export function validateSettings(channels: Channel[], board: BoardPinCounts): string | undefined {
    if (channels.length < 1 || channels.length > MAX_CHANNELS)
        return "settings: must have 1 to 16 channels"
    const check = new SettingsCheck(board)
    for (let i = 0; i < channels.length; i++) {
        const problem = check.add(channels[i], i)
        if (problem !== undefined) return `channels[${i}].${problem}`
    }
    const size = settingsSize(channels)
    return size > MAX_SETTINGS_BYTES ? tooLong(size) : heapProblem(channels)
}

/** Checks channel by channel, and each against those before it. */
class SettingsCheck {
    /** Which channel reads an input, by the input's label. */
    private readonly readers: Record<string, number> = {}
    /** Which channel first took a voltage or power pin, which others may take for the same too. */
    private readonly sharers: Record<string, number> = {}
    /** Numbers of the channels in each phase group. */
    private readonly groups: Channel[][] = []
    private readonly tables = new FieldTables()

    constructor(private readonly board: BoardPinCounts) {}

    add(channel: Channel, at: number): string | undefined {
        const kind = channel.kind
        // a kind of no meaning has no fields, so nothing else would notice it
        if (CHANNEL_KINDS[kind] === undefined) return "kind must be 0 to 5"
        if (!this.isInProgram(kind))
            return `kind ${CHANNEL_KINDS[kind]} is not in this board's program`
        const problem = kind === KIND_CHIP ? undefined : this.checkPins(channel)
        if (problem !== undefined) return problem
        const fields = this.tables.of(kind)
        return (
            checkFields(channel, fields) ?? this.claimPins(channel, at) ?? this.joinGroup(channel)
        )
    }

    private isInProgram(kind: number): boolean {
        if (kind === KIND_MAINS) return this.board.hasClamps
        return kind !== KIND_CHIP || this.board.hasChips
    }

    private checkPins(channel: Channel): string | undefined {
        const values = channel.fields
        const kind = channel.kind
        const problem = this.checkPin("pin", values["pin"], 1, pinLetter(channel))
        if (problem !== undefined) return problem
        if (kind === KIND_MAINS) return this.checkPin("voltagePin", values["voltagePin"], 0, "A")
        if (kind === KIND_MAGNET) return this.checkPin("powerPin", values["powerPin"], 0, "D")
        return undefined
    }

    private checkPin(name: string, pin: number, min: number, letter: string): string | undefined {
        const count = letter === "A" ? this.board.analogPins : this.board.digitalPins
        if (pin >= min && pin <= count) return undefined
        return `${name} must be ${min} to ${count}: this board has ${letter}1 to ${letter}${count}`
    }

    private claimPins(channel: Channel, at: number): string | undefined {
        const values = channel.fields
        const kind = channel.kind
        if (kind === KIND_CHIP)
            return this.claimInput("input", `${values["input"]} of chip ${values["chip"]}`, at)
        const problem = this.claimInput("pin", `${pinLetter(channel)}${values["pin"]}`, at)
        if (problem !== undefined) return problem
        if (kind === KIND_MAINS && values["voltagePin"] > 0)
            return this.share("voltagePin", `A${values["voltagePin"]}`, at)
        if (kind === KIND_MAGNET && values["powerPin"] > 0)
            return this.share("powerPin", `D${values["powerPin"]}`, at)
        return undefined
    }

    private claimInput(name: string, label: string, at: number): string | undefined {
        const user = this.readers[label] ?? this.sharers[label]
        if (user !== undefined) return `${name} ${label} is used by channels[${user}]`
        this.readers[label] = at
        return undefined
    }

    private share(name: string, label: string, at: number): string | undefined {
        const user = this.readers[label]
        if (user !== undefined) return `${name} ${label} is used by channels[${user}]`
        if (this.sharers[label] === undefined) this.sharers[label] = at
        return undefined
    }

    private joinGroup(channel: Channel): string | undefined {
        if (!isClampKind(channel.kind)) return undefined
        const group = channel.fields["phaseGroup"]
        if (group === 0) return undefined
        while (this.groups.length <= group) this.groups.push([])
        const members = this.groups[group]
        members.push(channel)
        const clampA = members[0].fields["clampA"]
        if (members[0].kind !== channel.kind)
            return `phaseGroup ${group} must be of one kind: another is in it`
        if (channel.fields["clampA"] !== clampA)
            return `clampA must be ${clampA}: phaseGroup ${group} needs identical clamps`
        if (members.length > MAX_PHASES) return `phaseGroup ${group} must have at most 3 channels`
        return undefined
    }
}

function checkFields(channel: Channel, fields: ChannelField[]): string | undefined {
    const values = channel.fields
    const kind = channel.kind
    for (const field of fields) {
        const value = values[field.name]
        const steps = value / field.step
        if (!(value >= field.min && value <= field.max) || Math.floor(steps) !== steps)
            return fieldProblem(field, value)
    }
    if (isClampKind(kind) && CLAMPS_A.indexOf(values["clampA"]) < 0)
        return "clampA must be one of 50, 100, 250, 500"
    if (kind === KIND_LIGHT && values["minThresholdMv"] >= values["maxThresholdMv"])
        return "maxThresholdMv must be above minThresholdMv"
    return undefined
}

function fieldProblem(field: ChannelField, value: number): string {
    const range = `${field.name} must be ${field.min} to ${field.max}`
    if (!(value >= field.min && value <= field.max)) return range
    return field.step > 1 ? `${range} in steps of ${field.step}` : `${range}, a whole number`
}

/** Letter of the channel's own pin. */
function pinLetter(channel: Channel): string {
    const kind = channel.kind
    if (kind === KIND_PULSE) return "D"
    return kind === KIND_MAGNET && channel.fields["isDigital"] === 1 ? "D" : "A"
}
