import { existsSync, readFileSync } from "node:fs"
import { dirname, resolve } from "node:path"
import { z } from "zod"
import { fieldsOf } from "../src/wire/channel-fields.js"
import { CHANNEL_KINDS, type Channel, standardChannel } from "../src/wire/channels.js"
import { MAX_NAME_LENGTH } from "../src/wire/limits.js"
import { validateSettings } from "../src/wire/settings-rules.js"
import { adcModelSchema } from "./adc-model.js"
import { boardIds, pinCounts } from "./boards.js"
import { faultSchema, type ScenarioFault } from "./fault-schema.js"
import { issueSentence, pathText } from "./sources/issue-sentence.js"
import { mainsSchema } from "./sources/mains-schema.js"
import { type ChannelKind, kindMismatch } from "./sources/source.js"
import { sourceSchema } from "./sources/source-schema.js"

const MAX_DEVICES = 1000
const KIND_NAMES = ["light", "pulse", "disc", "magnet", "mains", "chip"] as const

const name = z.string().min(1).max(64)
const channelName = z.string().min(1).max(MAX_NAME_LENGTH)
const cost = z.number().min(0).max(1_000_000)

const channelSchema = z
    .strictObject({
        kind: z.enum(KIND_NAMES),
        /** A circuit of a metering chip has none. */
        pin: z.int().min(1).max(16).default(0),
        /** Settings of the kind that differ from its standard ones, by the names of docs/protocol.md. */
        fields: z.record(z.string(), z.number()).default({}),
        name: channelName,
        type: z.enum(["electricity", "gas", "water", "heat"]),
        perPulse: z.number().min(0.001).max(65_535.999).default(1),
        source: z.discriminatedUnion("type", [sourceSchema, mainsSchema]),
    })
    .superRefine((channel, context) => {
        const mismatch = sourceMismatch(channel)
        if (mismatch === undefined) return
        const [field, ...reason] = mismatch.split(" ")
        context.addIssue({ code: "custom", path: ["source", field], message: reason.join(" ") })
    })
    .superRefine(({ kind, fields }, context) => {
        const known = fieldsOf(CHANNEL_KINDS.indexOf(kind)).map(field => field.name)
        for (const field of Object.keys(fields))
            if (!known.includes(field))
                context.addIssue({
                    code: "custom",
                    path: ["fields", field],
                    message: `is not known: a channel of kind "${kind}" has ${known.join(", ")}`,
                })
    })

const deviceSchema = z.strictObject({
    name,
    home: name.default("home"),
    board: name.default("meterbeat_s3"),
    count: z.int().min(1).max(MAX_DEVICES).optional(),
    clockPpm: z.number().min(-1000).max(1000).default(0),
    /** Up to twice 2^32 ms. */
    uptimeStartS: z.number().min(0).max(8_600_000).default(0),
    channels: z.array(channelSchema).min(1).max(16),
})

const scenarioSchema = z.strictObject({
    name,
    startTime: z.iso
        .datetime({ error: 'must be a UTC time such as "2014-10-15T00:00:00Z"' })
        .optional(),
    durationS: z.number().positive().max(10_000_000_000).optional(),
    seed: z.int().min(0).max(0xffff_ffff).default(1),
    costs: z
        .strictObject({
            wakeUs: cost.default(300),
            adcReadUs: cost.default(60),
            burstUsPerPair: cost.default(40),
            mathUsPerPair: cost.default(30),
            eraseMs: cost.default(45),
            programUsPer256B: cost.default(700),
        })
        .prefault({}),
    adc: adcModelSchema.prefault({}),
    network: z.strictObject({ latencyMs: z.number().min(0).max(2000).default(20) }).prefault({}),
    devices: z.array(deviceSchema).min(1).max(MAX_DEVICES),
    faults: z.array(faultSchema).default([]),
})

type ChannelSpec = z.output<typeof channelSchema>
export type Scenario = z.output<typeof scenarioSchema>
export type ScenarioDevice = Scenario["devices"][number]
export type ScenarioChannel = ScenarioDevice["channels"][number]

/**
 * Reads and checks a scenario file: defaults filled in, repeated devices written out, source files
 * as absolute paths. Throws an Error with one sentence that names the file and the field.
 */
export function loadScenario(
    path: string,
    env: Record<string, string | undefined> = process.env
): Scenario {
    const fail = (sentence: string) => new Error(`${path}: ${sentence}`)
    const input = readJson(path)
    const parsed = scenarioSchema.safeParse(input)
    if (!parsed.success) throw fail(issueSentence(parsed.error, input))
    const scenario = parsed.data
    for (const { file, field, set } of sourceFiles(scenario)) {
        const found = resolveFile(file, dirname(path), env)
        if ("problem" in found) throw fail(`${field} ${found.problem}.`)
        set(found.file)
    }
    const problem = boardProblem(scenario) ?? writeOut(scenario)
    if (problem) throw fail(`${problem}.`)
    return scenario
}

function readJson(path: string): unknown {
    let text: string
    try {
        text = readFileSync(path, "utf8")
    } catch (error) {
        const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT"
        throw new Error(isMissing ? `There is no scenario ${path}.` : `${path} cannot be read.`)
    }
    if (text.trim() === "") throw new Error(`${path} is empty.`)
    try {
        return JSON.parse(text)
    } catch (error) {
        throw new Error(`${path} is not valid JSON: ${(error as Error).message}.`)
    }
}

/** The channels as the device is told of them. */
export function deviceChannels(device: ScenarioDevice): Channel[] {
    return device.channels.map(({ kind, pin, fields }) => {
        const channel = standardChannel(CHANNEL_KINDS.indexOf(kind), pin)
        return { ...channel, fields: { ...channel.fields, ...fields } }
    })
}

/** The field and reason when a source cannot feed the channel. */
function sourceMismatch({ kind, fields, source }: ChannelSpec): string | undefined {
    const needsMains = kind === "mains" || kind === "chip"
    if (source.type === "mains")
        return needsMains ? undefined : 'type "mains" needs a channel of kind "mains" or "chip"'
    if (needsMains) return `type must be "mains" for a channel of kind "${kind}"`
    const seen = sourceKind({ kind, fields })
    return kindMismatch(source, seen.kind, seen.digital)
}

/** Which kind of signal the channel's pin sees, and whether it is a level. */
export function sourceKind({ kind, fields }: Pick<ChannelSpec, "kind" | "fields">): {
    kind: ChannelKind
    digital: boolean
} {
    if (kind === "mains" || kind === "chip") throw new Error(`A ${kind} channel has no pulses.`)
    return { kind, digital: kind === "magnet" && fields["isDigital"] === 1 }
}

/** What the board itself would refuse. */
function boardProblem(scenario: Scenario): string | undefined {
    for (const [index, device] of scenario.devices.entries()) {
        const pins = pinCounts(device.board)
        if (pins === undefined)
            return `devices[${index}].board "${device.board}" must be one of ${boardIds().join(", ")}`
        const problem = validateSettings(deviceChannels(device), pins)
        if (problem !== undefined) return `devices[${index}].${problem}`
    }
    return undefined
}

interface SourceFile {
    file: string
    field: string
    set(file: string): void
}

function sourceFiles(scenario: Scenario): SourceFile[] {
    return scenario.devices.flatMap(({ channels }, device) =>
        channels.flatMap(({ source }, channel) =>
            Object.entries(holdersOf(source)).flatMap(([place, holder]) => {
                if (!holder?.file) return []
                const path = ["devices", device, "channels", channel, "source", ...place.split(".")]
                const set = (file: string) => {
                    holder.file = file
                }
                return [{ file: holder.file, field: pathText(path), set }]
            })
        )
    )
}

/** Where a source names files, by the place in its settings. */
function holdersOf(source: ChannelSpec["source"]): Record<string, { file?: string } | undefined> {
    if (source.type === "mains")
        return { "recording.file": source.recording, "current.load.file": source.current?.load }
    return { file: "file" in source ? source : undefined }
}

const VARIABLE = /\$\{([^}]*)\}/

function resolveFile(
    file: string,
    baseDir: string,
    env: Record<string, string | undefined>
): { file: string } | { problem: string } {
    const variable = VARIABLE.exec(file)?.[1]
    if (variable !== undefined && variable !== "METERBEAT_DATA")
        return { problem: `may use \${METERBEAT_DATA}, but not \${${variable}}` }
    const data = env["METERBEAT_DATA"]
    if (variable !== undefined && !data)
        return { problem: "needs the environment variable METERBEAT_DATA, which is not set" }
    // A relative METERBEAT_DATA counts from where the command runs, as in a shell.
    const written =
        variable === undefined ? file : file.replace(VARIABLE, () => resolve(data ?? ""))
    const absolute = resolve(baseDir, written)
    return existsSync(absolute)
        ? { file: absolute }
        : { problem: `names ${absolute}, which does not exist` }
}

/** Repeats devices by their count, and faults for each of them; returns what is wrong. */
function writeOut(scenario: Scenario): string | undefined {
    /** A fault may name a repeated device as a whole. */
    const namesOf = new Map<string, string[]>()
    const devices: ScenarioDevice[] = []
    for (const [index, device] of scenario.devices.entries()) {
        const copies = copiesOf(device)
        devices.push(...copies)
        if (devices.length > MAX_DEVICES)
            return `devices[${index}] is one too many: at most ${MAX_DEVICES} devices are possible in all, with their counts`
        const copyNames = copies.map(copy => copy.name)
        for (const taken of new Set([device.name, ...copyNames])) {
            if (namesOf.has(taken))
                return `devices[${index}].name "${taken}" is taken by another device`
            namesOf.set(taken, taken === device.name ? copyNames : [taken])
        }
    }
    scenario.devices = devices
    return writeOutFaults(scenario, namesOf)
}

function copiesOf({ count, ...device }: ScenarioDevice): ScenarioDevice[] {
    if (count === undefined) return [device]
    return Array.from({ length: count }, (_, i) => ({ ...device, name: `${device.name}-${i + 1}` }))
}

function writeOutFaults(scenario: Scenario, namesOf: Map<string, string[]>): string | undefined {
    const faults: ScenarioFault[] = []
    for (const [index, fault] of scenario.faults.entries()) {
        if (!("device" in fault)) {
            faults.push(fault)
            continue
        }
        const names = namesOf.get(fault.device)
        if (!names)
            return `faults[${index}].device "${fault.device}" is not a device of this scenario`
        for (const device of names) faults.push({ ...fault, device })
    }
    scenario.faults = faults
    return undefined
}
