import { Command, InvalidArgumentError } from "commander"
import { benchSimulate } from "./bench.js"
import { serve } from "./serve.js"
import { simulate } from "./simulate.js"
import { start } from "./start.js"

const program = new Command("meterbeat")
    .description("Counts electricity, gas and water, and shows it on a server of your own")
    .showHelpAfterError("(add --help for the options)")

program
    .command("start")
    .description("serve, with one simulated home whose meters run the real firmware")
    .option("--port <number>", "port of the server", wholeNumber, 8087)
    .option("--data <dir>", "data folder", "data")
    .action(start)

program
    .command("serve")
    .description("the server alone")
    .option("--port <number>", "port to listen on", wholeNumber, 8087)
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option("--data <dir>", "data folder", "data")
    .option("--read-only", "show the data, take nothing in", false)
    .action(serve)

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
    .option("--seed <number>", "seed of everything random (default: the scenario's)", wholeNumber)
    .option("--data <dir>", "keep the built-in server's database here")
    .option("--image <file>", "run this bytecode instead of the built firmware")
    .option("--json", "end with one line of JSON", false)
    .option("--log", "print what the devices print", false)
    .action(simulate)

const bench = program.command("bench").description("measure on this machine")
bench
    .command("simulate")
    .description("speed and memory of simulated devices, network and server included")
    .option("--json", "one line of JSON", false)
    .action(benchSimulate)

function wholeNumber(text: string): number {
    const value = Number(text)
    if (!/^\d+$/.test(text) || value > 0xffffffff)
        throw new InvalidArgumentError("It must be a whole number from 0 to 4294967295.")
    return value
}

function speed(text: string): number {
    if (text === "max") return Number.POSITIVE_INFINITY
    const value = Number(text)
    if (!(value > 0) || !Number.isFinite(value))
        throw new InvalidArgumentError('It must be a number above 0, or "max".')
    return value
}

try {
    await program.parseAsync()
} catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
    process.exitCode = 1
}
