import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { type AddressInfo, createServer, type Server } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { startServer } from "../../server/main.js"
import { DEVICE_ID, makeHello, nthReport, START_MS, seededBytes } from "../server/helpers.js"
import { meterbeat } from "./meterbeat.js"

const dir = mkdtempSync(join(tmpdir(), "meterbeat-cli-"))
const inDir = (name: string) => join(dir, name)
const ports = { TAKEN: 0, FREE: 0 }
let taken: Server
let before: Map<string, string>

const LOAD = { type: "load", file: "load.csv", timeColumn: "t", valueColumn: "p" }
const CHANNEL = { kind: "light", pin: 1, name: "House", type: "electricity", source: LOAD }

beforeAll(async () => {
    taken = await openPort()
    ports.TAKEN = portOf(taken)
    const closed = await openPort()
    ports.FREE = portOf(closed)
    closed.close()
    writeScenario("good", CHANNEL)
    writeScenario("no-csv", { ...CHANNEL, source: { ...LOAD, file: "none.csv" } })
    writeScenario("no-column", { ...CHANNEL, source: { ...LOAD, valueColumn: "power" } })
    writeScenario("bad-number", { ...CHANNEL, source: { ...LOAD, file: "bad.csv" } })
    writeScenario("backwards", { ...CHANNEL, source: { ...LOAD, file: "back.csv" } })
    writeScenario("kind", { ...CHANNEL, kind: "lihgt" })
    writeScenario("unknown", { ...CHANNEL, colour: "red" })
    writeScenario("steps", CHANNEL, [{ type: "clock-step", atS: 1, stepS: 1 }])
    writeFileSync(inDir("pin.json"), '{"channels":[{"kind":"pulse","fields":{"pin":9}}]}')
    writeFileSync(inDir("kinds.json"), '{"channels":[{"kind":"tube"}]}')
    writeFileSync(inDir("load.csv"), "t,p\n0,1000\n60,1000\n")
    writeFileSync(inDir("bad.csv"), "t,p\n0,1000\n60,1 kW\n")
    writeFileSync(inDir("back.csv"), "t,p\n0,1000\n60,1000\n30,1000\n")
    writeFileSync(inDir("text.json"), '{ "name": House,\n  "devices": [] }\n')
    mkdirSync(inDir("empty"))
    await makeDatabase(inDir("damaged"))
    damage(inDir("damaged/meterbeat.db"))
    mkdirSync(inDir("forbidden"), { mode: 0o500 })
    before = snapshot()
}, 60_000)

afterAll(() => {
    taken.close()
    rmSync(dir, { recursive: true, force: true })
})

function writeScenario(name: string, channel: object, faults: object[] = []): void {
    const devices = [{ name: "meter", channels: [channel] }]
    const scenario = { name, durationS: 60, devices, faults }
    writeFileSync(inDir(`${name}.json`), JSON.stringify(scenario))
}

function openPort(): Promise<Server> {
    return new Promise(resolve => {
        const server = createServer().listen(0, "127.0.0.1", () => resolve(server))
    })
}

function portOf(server: Server): number {
    return (server.address() as AddressInfo).port
}

/** A server's folder with an hour of data. */
async function makeDatabase(dataDir: string): Promise<void> {
    const server = await startServer({ host: "127.0.0.1", port: 0, dataDir, readOnly: false })
    const { store } = server
    store.createDevice(DEVICE_ID, Buffer.alloc(32, 7), "Cellar")
    const item = { deviceId: DEVICE_ID, nowMs: START_MS }
    store.ingest([{ ...item, kind: "hello", hello: makeHello() }])
    for (let at = 0; at < 72; at++) {
        const report = nthReport(at, { startMs: START_MS + at * 50_000 })
        store.ingest([{ ...item, kind: "report", report }])
    }
    await server.close()
}

function damage(file: string): void {
    const bytes = readFileSync(file)
    seededBytes("damage")(bytes.length / 2).copy(bytes, bytes.length / 4)
    writeFileSync(file, bytes)
}

/** Every file with its bytes, to see that a failed command left all of them alone. */
function snapshot(): Map<string, string> {
    const files = readdirSync(dir, { recursive: true, withFileTypes: true })
    return new Map(
        files.map(file => {
            const path = join(file.parentPath, file.name)
            return [path, file.isFile() ? readFileSync(path, "base64") : "folder"]
        })
    )
}

/** Runs a command that must fail; returns what it says, with DIR for the test's own folder. */
async function sentenceOf(args: string[], env?: Record<string, string>): Promise<string> {
    const { status, stdout, stderr } = await meterbeat(args.map(withPorts), env)
    expect([status, stdout]).toEqual([1, ""])
    expect(stderr).toMatch(/^[^\n]+\.\n$/)
    expect(stderr).not.toMatch(/^\s*at |Error:|node:|\bE[A-Z]{4,}\b/)
    return stderr.trim().replaceAll(dir, "DIR").replaceAll(`${ports.TAKEN}`, "TAKEN")
}

function withPorts(text: string): string {
    return text.replace("TAKEN", `${ports.TAKEN}`).replace("FREE", `${ports.FREE}`)
}

const run = (name: string, ...more: string[]) => ["simulate", "--scenario", inDir(name), ...more]
const serve = (data: string, ...more: string[]) => {
    const port = more.includes("--port") ? [] : ["--port", "0"]
    return ["serve", "--data", inDir(data), ...port, ...more]
}
const provision = (...more: string[]) => {
    const fixed = {
        "--port": inDir("tty"),
        "--server": "http://10.0.0.1",
        "--board": "meterbeat_s3",
    }
    const missing = Object.entries(fixed).filter(([option]) => !more.includes(option))
    return ["provision", ...missing.flat(), ...more]
}
const DAMAGED =
    "The database DIR/damaged/meterbeat.db is damaged; nothing was changed: restore it from a backup."
const UNWRITABLE =
    "cannot be written: check its owner and permissions, or choose another with --data."
const PASSWORD = { METERBEAT_PASSWORD: "correct horse" }

describe.concurrent("one plain sentence for", { timeout: 120_000 }, () => {
    test.each([
        ["a missing scenario", "none.json", "There is no scenario DIR/none.json."],
        [
            "a scenario that is not JSON",
            "text.json",
            expect.stringMatching(/^DIR\/text\.json is not valid JSON: .*\.$/),
        ],
        [
            "an unknown field",
            "unknown.json",
            'DIR/unknown.json: devices[0].channels[0] has an unknown field "colour".',
        ],
        [
            "a bad channel kind",
            "kind.json",
            'DIR/kind.json: devices[0].channels[0].kind must be one of "light", "pulse", "disc", "magnet", "mains", "chip", not "lihgt".',
        ],
        [
            "a missing CSV file",
            "no-csv.json",
            "DIR/no-csv.json: devices[0].channels[0].source.file names DIR/none.csv, which does not exist.",
        ],
        [
            "a missing CSV column",
            "no-column.json",
            expect.stringMatching(
                /"power" is not a column of DIR\/load\.csv, which has "t", "p"\.$/
            ),
        ],
        [
            "a bad number in a CSV row",
            "bad-number.json",
            'DIR/bad.csv, row 3: "1 kW" in column "p" is not a number.',
        ],
        [
            "a time that goes backwards",
            "backwards.json",
            'DIR/back.csv, row 4: the time in column "t" is before that of row 3.',
        ],
    ])("%s", async (_name, scenario, sentence) => {
        expect(await sentenceOf(run(scenario))).toEqual(sentence)
    })

    test.each([
        [
            "a port in use",
            serve("in-use", "--port", "TAKEN"),
            "Port TAKEN on 127.0.0.1 is in use: stop the program that has it, or choose another with --port.",
        ],
        [
            "a port that is none",
            serve("never", "--port", "70000"),
            '--port must be a whole number from 0 to 65535, not "70000".',
        ],
        [
            "a data folder that is a file",
            serve("load.csv"),
            `The data folder DIR/load.csv ${UNWRITABLE}`,
        ],
        ["a damaged database", serve("damaged"), DAMAGED],
        [
            "--read-only without a database",
            serve("empty", "--read-only"),
            "There is no database at DIR/empty/meterbeat.db to read.",
        ],
        ["an unknown option", serve("never", "--bogus"), "Unknown option '--bogus', see --help."],
        [
            "no scenario at all",
            ["simulate"],
            "Required option '--scenario <file>' not specified, see --help.",
        ],
        [
            "speed 0",
            run("good.json", "--speed", "0"),
            '--speed must be a number above 0 or "max", not "0".',
        ],
        [
            "an image that is none",
            run("good.json", "--image", inDir("load.csv")),
            "DIR/load.csv is not a DeviceScript image.",
        ],
        [
            "a server without a password",
            run("good.json", "--server", "http://127.0.0.1:FREE"),
            "Set METERBEAT_PASSWORD to the owner's password: --server needs to sign in.",
        ],
        [
            "a clock that is not the simulator's to step",
            run("steps.json", "--server", "http://127.0.0.1:FREE"),
            "DIR/steps.json: faults[0] steps the server's clock, which --server cannot.",
        ],
        [
            "a serial port that is not there",
            provision(),
            "There is no serial port DIR/tty: plug the board in.",
        ],
        [
            "a serial port that is a file",
            provision("--port", inDir("load.csv")),
            "DIR/load.csv cannot be opened: it must be a serial port, free, and yours to use.",
        ],
        [
            "a board that is not built",
            provision("--board", "toaster"),
            "There is no board toaster; the boards are meterbeat_esp32, meterbeat_s3, meterbeat_s3_chips, meterbeat_xiao_s3.",
        ],
        [
            "a server that is no URL",
            provision("--server", "10.0.0.1"),
            '--server must be a URL such as http://192.168.1.5:8087, not "10.0.0.1".',
        ],
        [
            "a server that no board can reach",
            provision("--server", "http://localhost:8087"),
            "--server must be reachable from the board, which localhost is not.",
        ],
        [
            "a kind that is none in a board's settings",
            provision("--settings", inDir("kinds.json")),
            'DIR/kinds.json: channels[0].kind must be one of "light", "pulse", "disc", "magnet", "mains", "chip", not "tube".',
        ],
        [
            "a pin that the board has not in its settings",
            provision("--settings", inDir("pin.json")),
            "DIR/pin.json: channels[0].pin must be 1 to 8: this board has D1 to D8.",
        ],
    ])("%s", async (_name, args, sentence) => {
        expect(await sentenceOf(args)).toBe(sentence)
    })

    test("a server that is not there", async () => {
        const args = run("good.json", "--server", "http://127.0.0.1:FREE")
        const sentence = withPorts("No server answers at http://127.0.0.1:FREE.")
        expect(await sentenceOf(args, PASSWORD)).toBe(sentence)
    })

    test.skipIf(process.getuid?.() === 0)(
        "a data folder without permission, which root would have",
        async () => {
            const sentence = `The data folder DIR/forbidden ${UNWRITABLE}`
            expect(await sentenceOf(serve("forbidden"))).toBe(sentence)
        }
    )
})

test("none of these failures changed a file or left anything of its own behind", () => {
    const after = snapshot()
    for (const [path, bytes] of before) expect([path, after.get(path)]).toEqual([path, bytes])
    // the port is tried last, so that folder is a good one and the next start goes on with it
    const made = ["", "/meterbeat.db", "/secret.key", "/server.lock"]
    // a reader of a database may leave these two, and there is nothing in them
    const left = ["/meterbeat.db-shm", "/meterbeat.db-wal"]
    expect([...after.keys()].filter(path => !before.has(path)).sort()).toEqual([
        ...left.map(name => `${inDir("damaged")}${name}`),
        ...made.map(name => `${inDir("in-use")}${name}`),
    ])
    expect(after.get(inDir("damaged/meterbeat.db-wal"))).toBe("")
})
