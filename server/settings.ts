import { fieldsOf } from "../src/wire/channel-fields.js"
import { CHANNEL_KINDS, type Channel, isClampKind, standardChannel } from "../src/wire/channels.js"
import { MAX_NAME_LENGTH } from "../src/wire/limits.js"
import { ENERGY_UNIT_WH } from "../src/wire/mains-slots.js"
import { type BoardPinCounts, validateSettings } from "../src/wire/settings-rules.js"
import { AppError } from "./errors.js"
import type { ChannelLabel, ClampSensor, Phases } from "./store/device-settings.js"
import { CHANNEL_TYPES, type ChannelType, DIRECTIONS, type Direction } from "./store/store.js"

const MIN_PER_PULSE = 0.001
const MAX_PER_PULSE = 65535.999
/** Phase group of the three clamps that make one sensor. */
const THREE_PHASE_GROUP = 1

/** A channel as people set it; what they leave out is standard. */
export interface WantedChannel {
    kind: string
    isEnabled?: boolean
    name: string
    type: string
    perPulse?: number
    direction?: string
    fields?: Record<string, number>
}

/** What of a channel's past its settings have to respect. */
export interface KnownChannel {
    number: number
    kind: number
    /** Null while nothing of it is stored. */
    lastSlotEndMs: number | null
    /** Type of the sensors that add it up; undefined without one. */
    sensorType?: ChannelType
}

interface CheckedSettings {
    channels: Channel[]
    labels: ChannelLabel[]
    clampSensors: ClampSensor[]
}

/** Throws AppError `bad_request` whose sentence names channel, field and limit. */
export function checkSettings(
    wanted: { channels: WantedChannel[]; phases: Phases },
    before: { phases: Phases; known: KnownChannel[] },
    board: BoardPinCounts
): CheckedSettings {
    const channels = wanted.channels.map(toWire)
    if (wanted.phases === 3) groupPhases(channels)
    else if (before.phases === 3) ungroupPhases(channels)
    refuse(validateSettings(channels, board))
    const labels = wanted.channels.map((channel, at) => checkLabel(channel, at, channels[at]))
    checkNames(labels)
    for (const known of before.known) checkKnown(known, channels[known.number], labels)
    return { channels, labels, clampSensors: clampSensors(channels, wanted.phases, before.phases) }
}

function toWire({ kind, isEnabled, fields }: WantedChannel, at: number): Channel {
    const index = CHANNEL_KINDS.indexOf(kind)
    if (index < 0) refuse(`channels[${at}].kind must be one of ${CHANNEL_KINDS.join(", ")}`)
    const channel = standardChannel(index, 0)
    for (const [name, value] of Object.entries(fields ?? {})) {
        if (!fieldsOf(index).some(field => field.name === name))
            refuse(`channels[${at}].${name} is no field of a ${kind} channel`)
        channel.fields[name] = value
    }
    return { ...channel, isEnabled: isEnabled ?? true }
}

function checkLabel(wanted: WantedChannel, at: number, { kind }: Channel): ChannelLabel {
    const name = wanted.name.trim()
    if (name.length < 1 || name.length > MAX_NAME_LENGTH)
        refuse(`channels[${at}].name must be 1 to ${MAX_NAME_LENGTH} characters`)
    const type = oneOf(wanted.type, CHANNEL_TYPES, `channels[${at}].type`)
    const direction: Direction = oneOf(
        wanted.direction ?? "in",
        DIRECTIONS,
        `channels[${at}].direction`
    )
    if (!isClampKind(kind)) {
        const perPulse = wanted.perPulse ?? 1
        checkPerPulse(perPulse, at)
        return { name, type, perPulse, direction }
    }
    if (type !== "electricity")
        refuse(`channels[${at}].type must be electricity: a ${wanted.kind} channel measures power`)
    if (wanted.perPulse !== undefined && wanted.perPulse !== ENERGY_UNIT_WH)
        refuse(
            `channels[${at}].perPulse cannot be set: a ${wanted.kind} channel counts ${ENERGY_UNIT_WH} Wh`
        )
    return { name, type, perPulse: ENERGY_UNIT_WH, direction }
}

function checkPerPulse(perPulse: number, at: number): void {
    if (!(perPulse >= MIN_PER_PULSE && perPulse <= MAX_PER_PULSE))
        refuse(`channels[${at}].perPulse must be ${MIN_PER_PULSE} to ${MAX_PER_PULSE}`)
    const thousandths = perPulse * 1000
    if (Math.abs(thousandths - Math.round(thousandths)) > 1e-6)
        refuse(`channels[${at}].perPulse must have at most three decimals`)
}

function checkNames(labels: ChannelLabel[]): void {
    labels.forEach(({ name }, at) => {
        const first = labels.findIndex(label => label.name === name)
        if (first < at) refuse(`channels[${at}].name ${name} is the name of channels[${first}]`)
    })
}

/** What was counted must not become something else in hindsight. */
function checkKnown(known: KnownChannel, now: Channel | undefined, labels: ChannelLabel[]): void {
    if (!now) return
    const at = known.number
    const isSameClass = isClampKind(known.kind) === isClampKind(now.kind)
    if (known.lastSlotEndMs !== null && !isSameClass)
        refuse(
            `channels[${at}].kind cannot change from ${CHANNEL_KINDS[known.kind]} to ${CHANNEL_KINDS[now.kind]}: its history counts something else; add a channel instead`
        )
    const { type } = labels[at]
    if (known.sensorType && known.sensorType !== type)
        refuse(`channels[${at}].type must be ${known.sensorType}: a sensor adds it up as that`)
}

/** Numbers of the device's first three clamps, which its number of phases is about. */
function clampNumbers(channels: Channel[]): number[] {
    return channels.flatMap(({ kind }, at) => (isClampKind(kind) ? [at] : [])).slice(0, 3)
}

function groupPhases(channels: Channel[]): void {
    const numbers = clampNumbers(channels)
    if (numbers.length < 3) refuse("phases 3 needs three mains or chip channels")
    const [first, ...others] = numbers
    for (const at of others)
        if (channels[at].fields["clampA"] !== channels[first].fields["clampA"])
            refuse(
                `channels[${at}].clampA must be ${channels[first].fields["clampA"]}: phases 3 needs three identical clamps`
            )
    for (const at of numbers) channels[at].fields["phaseGroup"] = THREE_PHASE_GROUP
}

function ungroupPhases(channels: Channel[]): void {
    for (const at of clampNumbers(channels)) channels[at].fields["phaseGroup"] = 0
}

/** As on the Fluksometer: three phases are sensor 1, and sensors 2 and 3 are off. */
function clampSensors(channels: Channel[], phases: Phases, before: Phases): ClampSensor[] {
    const numbers = clampNumbers(channels)
    if (phases === 1 && before === 1) return []
    return numbers.map((number, index) => ({
        port: index + 1,
        numbers: phases === 3 && index === 0 ? numbers : [number],
        isEnabled: phases === 1 || index === 0,
    }))
}

function oneOf<T extends string>(value: string, allowed: readonly T[], field: string): T {
    const found = allowed.find(one => one === value)
    return found ?? refuse(`${field} must be one of ${allowed.join(", ")}`)
}

function refuse(sentence: string): never
function refuse(sentence: string | undefined): void
function refuse(sentence: string | undefined): void {
    if (sentence !== undefined) throw new AppError("bad_request", sentence)
}
