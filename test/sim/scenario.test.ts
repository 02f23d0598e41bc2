import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { loadScenario } from "../../sim/scenario.js"

const channel = {
    kind: "light",
    pin: 1,
    name: "Electricity",
    type: "electricity",
    source: { type: "pattern", model: "constant", powerW: 100 },
}
const meter = { name: "meter", channels: [channel] }
const load = { type: "load", file: "a.csv", timeColumn: "t", valueColumn: "p" }
const adc = { type: "adc", file: "a.csv", column: "v", fullScale: 1023 }
const fault = { type: "link-loss", device: "meter", atS: 1, durationS: 1 }

/** Loads the text, or the object as JSON, from a folder that also holds a.csv. */
function loadText(content: unknown, env: Record<string, string> = {}) {
    const folder = mkdtempSync(join(tmpdir(), "meterbeat-"))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    writeFileSync(join(folder, "a.csv"), "t,p\n0,1\n10,2\n")
    const path = join(folder, "s.json")
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content))
    const data = env["METERBEAT_DATA"] === "folder" ? { METERBEAT_DATA: folder } : env
    return { folder, scenario: () => loadScenario(path, data) }
}

const withSource = (source: object, more: object = {}) => ({
    name: "x",
    devices: [{ ...meter, channels: [{ ...channel, ...more, source }] }],
})
const withChannel = (more: object) => withSource(channel.source, more)
const withDevice = (more: object) => ({ name: "x", devices: [{ ...meter, ...more }] })
const withFields = (more: object) => ({ name: "x", devices: [meter], ...more })

test("defaults are filled in, and what may be left open stays open", () => {
    const scenario = loadText(withFields({})).scenario()
    expect(scenario).toMatchObject({
        seed: 1,
        costs: { wakeUs: 300, adcReadUs: 60, eraseMs: 45, programUsPer256B: 700 },
        network: { latencyMs: 20 },
        faults: [],
    })
    expect(scenario.devices[0]).toMatchObject({
        board: "meterbeat_s3",
        home: "home",
    })
    expect(scenario.devices[0].channels[0]).toMatchObject({ perPulse: 1 })
    expect(scenario.startTime).toBeUndefined()
    expect(scenario.durationS).toBeUndefined()
})

test("a count repeats a device, and a fault on it reaches each of them", () => {
    const scenario = loadText({
        name: "x",
        devices: [{ ...meter, count: 3 }],
        faults: [fault],
    }).scenario()
    const names = ["meter-1", "meter-2", "meter-3"]
    expect(scenario.devices.map(device => device.name)).toEqual(names)
    expect(scenario.faults.map(each => "device" in each && each.device)).toEqual(names)
})

test.each([
    ["a.csv", {}],
    [`\${METERBEAT_DATA}/a.csv`, { METERBEAT_DATA: "folder" }],
])("the source file %s is found and made absolute", (file, env) => {
    const { folder, scenario } = loadText(withSource({ ...load, file }), env)
    expect(scenario().devices[0].channels[0].source).toMatchObject({ file: join(folder, "a.csv") })
})

test.each([
    ["", "is empty."],
    ["{", "is not valid JSON: "],
    ["5", "The file must be an object in braces, not 5."],
    [{ devices: [meter] }, "name is missing."],
    [withFields({ speed: 2 }), 'The file has an unknown field "speed".'],
    [
        withFields({ startTime: "2014-10-15" }),
        'startTime must be a UTC time such as "2014-10-15T00:00:00Z".',
    ],
    [withFields({ durationS: 0 }), "durationS must be above 0, not 0."],
    [withFields({ seed: 1.5 }), "seed must be a whole number, not 1.5."],
    [withFields({ costs: { wakeUs: -1 } }), "costs.wakeUs must be at least 0, not -1."],
    [withFields({ costs: { wake: 1 } }), 'costs has an unknown field "wake".'],
    [withFields({ network: { latencyMs: "20" } }), 'network.latencyMs must be a number, not "20".'],
    [{ name: "x", devices: [] }, "devices must have at least 1 entry."],
    [{ name: "x", devices: {} }, "devices must be a list, not an object."],
    [{ name: "x", devices: [meter, meter] }, 'devices[1].name "meter" is taken by another device.'],
    [
        {
            name: "x",
            devices: [
                { ...meter, count: 2 },
                { ...meter, name: "meter-2" },
            ],
        },
        'devices[1].name "meter-2" is taken by another device.',
    ],
    [
        {
            name: "x",
            devices: [
                { ...meter, count: 1000 },
                { ...meter, name: "b" },
            ],
        },
        "devices[1] is one too many: at most 1000 devices are possible in all, with their counts.",
    ],
    [withDevice({ count: 1001 }), "devices[0].count must be at most 1000, not 1001."],
    [withDevice({ name: "" }), "devices[0].name must have at least 1 character."],
    [withDevice({ channels: [] }), "devices[0].channels must have at least 1 entry."],
    [withChannel({ pin: 17 }), "devices[0].channels[0].pin must be at most 16, not 17."],
    [
        withDevice({ channels: Array(17).fill(channel) }),
        "devices[0].channels must have at most 16 entries.",
    ],
    [
        withDevice({ channels: [channel, channel] }),
        "devices[0].channels[1].pin A1 is used by channels[0].",
    ],
    [
        withChannel({ kind: "hall" }),
        'devices[0].channels[0].kind must be one of "light", "pulse", "disc", "magnet", "mains", "chip", not "hall".',
    ],
    [
        withChannel({ type: "oil" }),
        'devices[0].channels[0].type must be one of "electricity", "gas", "water", "heat", not "oil".',
    ],
    [
        withChannel({ name: "x".repeat(17) }),
        "devices[0].channels[0].name must have at most 16 characters.",
    ],
    [
        withChannel({ perPulse: 0 }),
        "devices[0].channels[0].perPulse must be at least 0.001, not 0.",
    ],
    [
        withSource({ type: "sine" }),
        'devices[0].channels[0].source.type must be one of "load", "pulses", "adc", "pattern", "mains", not "sine".',
    ],
    [
        withSource({}),
        'devices[0].channels[0].source.type is missing: it is one of "load", "pulses", "adc", "pattern", "mains".',
    ],
    [
        withSource({ type: "pattern", model: "sine" }),
        'devices[0].channels[0].source.model must be one of "constant", "household", "water", "train", "random", "turns", "rest", "blinkiki", not "sine".',
    ],
    [
        withSource({ type: "pattern", model: "constant" }),
        "devices[0].channels[0].source.powerW is missing.",
    ],
    [
        withSource({ ...channel.source, light: { flashMv: 4000 } }),
        "devices[0].channels[0].source.light.flashMv must be at most 3300, not 4000.",
    ],
    [
        withSource({ ...channel.source, light: { watts: 1 } }),
        'devices[0].channels[0].source.light has an unknown field "watts".',
    ],
    [
        withSource({ ...channel.source, pulse: { bounceMs: 30 } }, { kind: "pulse" }),
        "devices[0].channels[0].source.pulse.bounceMs must be below pulseMs and gapMs, or a pulse would never settle.",
    ],
    [
        withSource({ type: "pattern", model: "random", meanPerHour: 3600, minGapMs: 1000 }),
        "devices[0].channels[0].source.minGapMs must be below the mean gap, 3,600,000 ms divided by meanPerHour.",
    ],
    [
        withSource({ ...channel.source, pulse: {} }),
        'devices[0].channels[0].source.pulse needs a channel of kind "pulse".',
    ],
    [
        withSource({ ...adc, rateHz: 25 }, { kind: "pulse" }),
        'devices[0].channels[0].source.type "adc" needs an analog channel.',
    ],
    [withSource(adc), "devices[0].channels[0].source takes either rateHz or timeColumn."],
    [
        withSource({ ...adc, rateHz: 25, truth: {} }),
        "devices[0].channels[0].source.truth takes either counterColumn or trueCount.",
    ],
    [
        withSource({ ...load, pulsesPerLitre: 1 }),
        'devices[0].channels[0].source.pulsesPerLitre does not go with valueUnit "W".',
    ],
    [
        withSource({ ...load, from: 1, durationS: 1 }),
        "devices[0].channels[0].source takes either from and to, or startAt and durationS, not both.",
    ],
    [
        withSource({ ...load, startAt: "15.10.2014" }),
        'devices[0].channels[0].source.startAt must be a number in the file\'s timeUnit, or a UTC time such as "2014-10-15 06:30:00".',
    ],
    [
        withSource({ ...load, file: `\${METERBEAT_DATA}/a.csv` }),
        "devices[0].channels[0].source.file needs the environment variable METERBEAT_DATA, which is not set.",
    ],
    [
        withSource({ ...load, file: `\${HOME}/a.csv` }),
        `devices[0].channels[0].source.file may use \${METERBEAT_DATA}, but not \${HOME}.`,
    ],
    [
        withSource({ ...load, file: "b.csv" }),
        /devices\[0\]\.channels\[0\]\.source\.file names \/\S*\/b\.csv, which does not exist\.$/,
    ],
    [
        withFields({ faults: [{ ...fault, type: "flood" }] }),
        'faults[0].type must be one of "link-loss", "latency", "cut-frame", "power-cut", "brown-out", "restart", "clone", "clock-step", not "flood".',
    ],
    [
        withFields({ faults: [{ ...fault, device: "other" }] }),
        'faults[0].device "other" is not a device of this scenario.',
    ],
    [
        withFields({ faults: [{ type: "brown-out", device: "meter", atS: 1, onS: 1, offS: 1 }] }),
        "faults[0].count is missing.",
    ],
    [
        withFields({ faults: [{ type: "power-cut", device: "meter", atS: 1, durationS: 0 }] }),
        "faults[0].durationS must be above 0, not 0.",
    ],
    [
        withFields({ faults: [{ type: "latency", device: "meter", atS: 1, durationS: 1 }] }),
        "faults[0].extraMs is missing.",
    ],
    [
        withFields({ faults: [{ type: "cut-frame", device: "meter", atS: 1, from: "router" }] }),
        'faults[0].from must be one of "device", "server", not "router".',
    ],
    [
        withFields({ faults: [{ type: "clock-step", device: "meter", atS: 1, stepS: 1 }] }),
        'faults[0] has an unknown field "device".',
    ],
    [withDevice({ clockPpm: 2000 }), "devices[0].clockPpm must be at most 1000, not 2000."],
    [withDevice({ uptimeStartS: -1 }), "devices[0].uptimeStartS must be at least 0, not -1."],
])("case %# is refused with a sentence that names file and field: $1", (content, expected) => {
    const { scenario } = loadText(content)
    expect(scenario).toThrow(expected)
    expect(scenario).toThrow("s.json")
})

test("a scenario that is not there is named", () => {
    expect(() => loadScenario("/nowhere/s.json")).toThrow("There is no scenario /nowhere/s.json.")
})

test.each(readdirSync("scenarios"))("the example %s is valid or asks for the recordings", name => {
    const run = () => loadScenario(join("scenarios", name), {})
    if (/raw|refit/.test(name)) expect(run).toThrow("METERBEAT_DATA, which is not set.")
    else expect(run().devices.length).toBeGreaterThan(0)
})
