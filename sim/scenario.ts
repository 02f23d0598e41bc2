import { existsSync, readFileSync } from "node:fs"
import { dirname, resolve } from "node:path"
import { z } from "zod"
import { boardIds, pinCount, pinLetter } from "./boards.js"
import { issueSentence, pathText } from "./sources/issue-sentence.js"
import { kindMismatch } from "./sources/source.js"
import { sourceSchema } from "./sources/source-schema.js"

const MAX_DEVICES = 1000

const name = z.string().min(1).max(64)
const cost = z.number().min(0).max(1_000_000)

const channelSchema = z
    .strictObject({
        kind: z.enum(["light", "pulse"]),
        pin: z.int().min(1).max(16),
        name,
        type: z.enum(["electricity", "gas", "water"]),
        perPulse: z.number().min(0.001).max(1_000_000).default(1),
        source: sourceSchema,
    })
    .superRefine((channel, context) => {
        const mismatch = kindMismatch(channel.source, channel.kind)
        if (mismatch === undefined) return
        const [field, ...reason] = mismatch.split(" ")
        context.addIssue({ code: "custom", path: ["source", field], message: reason.join(" ") })
    })

const deviceSchema = z.strictObject({
    name,
    home: name.default("home"),
    board: name.default("meterbeat_s3"),
    count: z.int().min(1).max(MAX_DEVICES).optional(),
    channels: z.array(channelSchema).min(1).max(16).superRefine(checkPins),
})

const faultSchema = z.discriminatedUnion("type", [
    z.strictObject({
        type: z.literal("link-loss"),
        device: name,
        atS: z.number().min(0),
        durationS: z.number().positive(),
    }),
])

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
            eraseMs: cost.default(45),
            programUsPer256B: cost.default(700),
        })
        .prefault({}),
    network: z.strictObject({ latencyMs: z.number().min(0).max(2000).default(20) }).prefault({}),
    devices: z.array(deviceSchema).min(1).max(MAX_DEVICES),
    faults: z.array(faultSchema).default([]),
})

export type Scenario = z.output<typeof scenarioSchema>
export type ScenarioDevice = Scenario["devices"][number]
export type ScenarioChannel = ScenarioDevice["channels"][number]
type ScenarioFault = Scenario["faults"][number]

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

function checkPins(channels: { kind: string; pin: number }[], context: z.RefinementCtx): void {
    const seen = new Set<string>()
    channels.forEach(({ kind, pin }, index) => {
        const key = `${kind} ${pin}`
        const message = `${pin} is taken by another channel of kind "${kind}"`
        if (seen.has(key)) context.addIssue({ code: "custom", path: [index, "pin"], message })
        seen.add(key)
    })
}

/** A channel on a pin that its board does not have would count here, and nowhere else. */
function boardProblem(scenario: Scenario): string | undefined {
    for (const [index, { board, channels }] of scenario.devices.entries())
        for (const [number, { kind, pin }] of channels.entries()) {
            const pins = pinCount(board, kind)
            if (pins === undefined)
                return `devices[${index}].board "${board}" must be one of ${boardIds().join(", ")}`
            const field = `devices[${index}].channels[${number}].pin`
            const letter = pinLetter(kind)
            if (pin > pins)
                return `${field} must be at most ${pins}: ${board} has ${letter}1 to ${letter}${pins}`
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
        channels.flatMap(({ source }, channel) => {
            if (!("file" in source)) return []
            const field = pathText(["devices", device, "channels", channel, "source", "file"])
            const set = (file: string) => {
                source.file = file
            }
            return [{ file: source.file, field, set }]
        })
    )
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
        const names = namesOf.get(fault.device)
        if (!names)
            return `faults[${index}].device "${fault.device}" is not a device of this scenario`
        for (const device of names) faults.push({ ...fault, device })
    }
    scenario.faults = faults
    return undefined
}
