import { Command } from "commander"
import { DEFAULT_DATA_DIR, DEFAULT_HOST, DEFAULT_PORT } from "../server/config.js"

const MAX_PORT = 65_535
const MAX_SEED = 0xffff_ffff
const MAX_HOURS = 87_600
const MAX_DEVICES = 100
const MAX_CUTS = 100_000
const MAX_STORM = 10_000
const MAX_RATE = 100_000
const MAX_SECONDS = 3600
const MAX_DAYS = 3650
const MAX_RUNS = 100_000
const MAX_PULSES = 65_534

// each command loads its own parts, so that help and mistakes are answered at once
const program = new Command("meterbeat")
    .description("Counts electricity, gas and water, and shows it on a server of your own")
    .configureOutput({ outputError: (text, write) => write(usageSentence(text)) })

program
    .command("start")
    .description("serve, with one simulated home whose meters run the real firmware")
    .option("--port <number>", "port of the server", wholeNumber("--port", MAX_PORT), DEFAULT_PORT)
    .option("--data <dir>", "data folder", DEFAULT_DATA_DIR)
    .action(async options => (await import("./start.js")).start(options))

program
    .command("serve")
    .description("the server alone")
    .option("--port <number>", "port to listen on", wholeNumber("--port", MAX_PORT), DEFAULT_PORT)
    .option("--host <address>", "address to listen on", DEFAULT_HOST)
    .option("--data <dir>", "data folder", DEFAULT_DATA_DIR)
    .option("--read-only", "show the data, take nothing in", false)
    .option("--tls-cert <file>", "certificate with its chain, PEM: speaks HTTPS, with --tls-key")
    .option("--tls-key <file>", "its key, PEM")
    .option(
        "--trust-proxy <addresses>",
        "proxies whose X-Forwarded-For and -Proto are believed, with commas between"
    )
    .option(
        "--allow-private-webhooks",
        "let webhooks reach this machine and its own networks",
        false
    )
    .option(
        "--local-port <number>",
        "port of the last minute's values, for whoever reaches it, without a token",
        wholeNumber("--local-port", MAX_PORT)
    )
    .action(async options => (await import("./serve.js")).serve(options))

program
    .command("backup")
    .description("copy a data folder, also one in use, into one file")
    .argument("<file>", "backup to make; it holds the devices' keys")
    .option("--data <dir>", "data folder", DEFAULT_DATA_DIR)
    .action(async (file, options) => (await import("./backup.js")).backup(file, options))

program
    .command("restore")
    .description("make a data folder out of a backup, after checking it")
    .argument("<file>", "backup")
    .requiredOption("--data <dir>", "data folder to make")
    .option("--force", "put aside what the folder holds", false)
    .action(async (file, options) => (await import("./backup.js")).restoreBackup(file, options))

const importing = program
    .command("import")
    .description("take over what another program stored; with the server stopped")
importing
    .command("blinkiki")
    .description("the slots of blinkiki's CSV file, each once however often it is imported")
    .argument("<file>", "such as blinkiki.csv")
    .option("--data <dir>", "data folder", DEFAULT_DATA_DIR)
    .option("--name <name>", "device that the slots are of, made if need be", "blinkiki")
    .option("--time-zone <zone>", "of the file's dates (default: the first home's)")
    .action(async (file, options) =>
        (await import("./import-blinkiki.js")).importBlinkiki(file, options)
    )
importing
    .command("emon")
    .description("the meters, pulses and interval tables of emon-server's SQLite database")
    .argument("<file>", "such as emon.db; a copy, if its logger still runs")
    .option("--data <dir>", "data folder", DEFAULT_DATA_DIR)
    .option("--home <number>", "home of the meters", wholeNumber("--home", MAX_SEED), 1)
    .option("--name <name>", "tells this emon-server from another of the home", "emon")
    .action(async (file, options) =>
        (await import("./import-emon.js")).importEmonFile(file, options)
    )

program
    .command("export")
    .description("write a sensor's series of any length as CSV or JSON Lines")
    .requiredOption("--server <url>", "server that holds it")
    .requiredOption("--sensor <id|name>", "sensor")
    .option("--format <csv|jsonl>", "format", "csv")
    .option("--resolution <step>", "slot, minute, quarter, hour, day, local-day or local-month")
    .option("--unit <unit>", "such as kWh (default: W or lpermin)")
    .option("--quantity <name>", "power, energyIn or energyOut of mains channels")
    .option("--time-zone <name>", "of local days and months (default: the home's)")
    .option("--from <time>", "Unix ms, or such as 2026-03-01T00:00Z (default: the first)")
    .option("--to <time>", "the same (default: the last)")
    .option("--out <file>", "file to write (default: standard output)")
    .action(async options => (await import("./export.js")).exportSensor(options))

program
    .command("simulate")
    .description("run a scenario of homes, sources and faults (docs/simulator.md)")
    .requiredOption("--scenario <file>", "scenario, JSON")
    .option("--server <url>", "report to this server instead of a built-in one, at speed 1")
    .option(
        "--speed <number|max>",
        "virtual seconds a second (default: max, or 1 with --server)",
        speed
    )
    .option(
        "--seed <number>",
        "seed of everything random (default: the scenario's)",
        wholeNumber("--seed", MAX_SEED)
    )
    .option("--data <dir>", "keep the built-in server's database here")
    .option("--image <file>", "run this bytecode instead of the built firmware")
    .option("--json", "end with one line of JSON", false)
    .option("--log", "print what the devices print", false)
    .action(async options => (await import("./simulate.js")).simulate(options))

program
    .command("provision")
    .description("put program, server link, Wi-Fi and channels onto a board over USB")
    .requiredOption("--port <device>", "serial port, such as /dev/ttyACM0")
    .requiredOption(
        "--server <url>",
        "server that the board shall report to, as the board reaches it"
    )
    .requiredOption("--board <id>", "board id, as in boards/")
    .option("--wifi <ssid>", "network; its password from METERBEAT_WIFI_PASSWORD, or asked for")
    .option("--settings <file>", "channels, JSON (default: those that the board has)")
    .option("--name <name>", "what a new device is called (default: its id)")
    .option("--repair", "flash was damaged by a power cut: put it in order first", false)
    .action(async options => (await import("./provision.js")).provision(options))

program
    .command("soak")
    .description("homes with faults of every kind, judged by what their sources know")
    .option(
        "--seeds <number>",
        "how many homes, from seed 1 on",
        wholeNumber("--seeds", MAX_SEED),
        20
    )
    .option("--hours <number>", "virtual hours of each", wholeNumber("--hours", MAX_HOURS), 12)
    .option("--devices <number>", "devices of each", wholeNumber("--devices", MAX_DEVICES), 2)
    .option("--seed <number>", "only this one", wholeNumber("--seed", MAX_SEED))
    .option("--fast", "the device's modules run natively, without its virtual machine", false)
    .option("--json", "end with one line of JSON", false)
    .action(async options => (await import("./soak.js")).soak(options))

const bench = program.command("bench").description("measure on this machine")
bench
    .command("simulate")
    .description("speed and memory of simulated devices, network and server included")
    .option("--json", "one line of JSON", false)
    .action(async options => (await import("./bench.js")).benchSimulate(options))

bench
    .command("measure")
    .description("how well pulses are counted and mains power is measured, by recording and model")
    .option("--data <dir>", "folder of recordings (default: METERBEAT_DATA)")
    .option("--json", "one line of JSON", false)
    .action(async options => (await import("./bench-measure.js")).benchMeasure(options))

bench
    .command("storm")
    .description("kill a server under many devices, and see all of them come back at once")
    .option("--devices <number>", "how many", wholeNumber("--devices", MAX_STORM), 1000)
    .option("--json", "one line of JSON", false)
    .action(async options => (await import("./bench-storm.js")).benchStorm(options))

bench
    .command("cuts")
    .description("what reboots and power cuts at random moments take with them")
    .option("--count <number>", "of each of the two", wholeNumber("--count", MAX_CUTS), 1000)
    .option("--seed <number>", "of their moments", wholeNumber("--seed", MAX_SEED), 1)
    .option("--json", "one line of JSON", false)
    .action(async options => (await import("./bench-cuts.js")).benchCuts(options))

bench
    .command("ingest")
    .description("reports of many devices, over sockets, durably: how many a second and how soon")
    .option("--devices <number>", "how many", wholeNumber("--devices", MAX_STORM), 1000)
    .option("--rate <number>", "reports a second", wholeNumber("--rate", MAX_RATE), 8500)
    .option("--seconds <number>", "how long", wholeNumber("--seconds", MAX_SECONDS), 30)
    .option("--days <number>", "slots that are there before", wholeNumber("--days", MAX_DAYS), 0)
    .option("--json", "one line of JSON", false)
    .action(async options => (await import("./bench-ingest.js")).benchIngest(options))

bench
    .command("query")
    .description("charts of an hour to ten years: of one sensor alone, and of one among many")
    .option("--sensors <number>", "how many", wholeNumber("--sensors", MAX_STORM), 1000)
    .option("--days <number>", "slots of the others", wholeNumber("--days", MAX_DAYS), 30)
    .option("--runs <number>", "times that each is asked for", wholeNumber("--runs", MAX_RUNS), 200)
    .option("--json", "one line of JSON", false)
    .action(async options => (await import("./bench-query.js")).benchQuery(options))

bench
    .command("storage")
    .description("disk space of the 5 s slots of one sensor, sums and indexes included")
    .option("--days <number>", "how many", wholeNumber("--days", MAX_DAYS), 365)
    .option("--pulses <number>", "most of a slot", wholeNumber("--pulses", MAX_PULSES), 29)
    .option("--json", "one line of JSON", false)
    .action(async options => (await import("./bench-storage.js")).benchStorage(options))

function wholeNumber(option: string, max: number): (text: string) => number {
    return text => {
        const value = Number(text)
        if (!/^\d+$/.test(text) || value > max)
            throw new Error(`${option} must be a whole number from 0 to ${max}, not "${text}".`)
        return value
    }
}

function speed(text: string): number {
    if (text === "max") return Number.POSITIVE_INFINITY
    const value = Number(text)
    if (!(value > 0) || !Number.isFinite(value))
        throw new Error(`--speed must be a number above 0 or "max", not "${text}".`)
    return value
}

/** Such as "Unknown option '--prot' (Did you mean --port?), see --help." */
function usageSentence(text: string): string {
    const claim = oneLine(text)
        .replace(/^error: /, "")
        .replace(/\.$/, "")
    return `${claim.charAt(0).toUpperCase()}${claim.slice(1)}, see --help.\n`
}

/** A message may quote a file, line breaks and all. */
function oneLine(text: string): string {
    return text.trim().replaceAll(/\s+/g, " ")
}

try {
    await program.parseAsync()
} catch (error) {
    console.error(oneLine(error instanceof Error ? error.message : String(error)))
    process.exitCode = 1
}
