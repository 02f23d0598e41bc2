// Puts deliberate faults into a copy of the program, one at a time, and runs the fast soak until it is caught.
import { spawnSync } from "node:child_process"
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"

const SEEDS = 100
const PARTS = ["src", "server", "sim", "soak", "cli", "provision", "package.json", "tsconfig.json"]

/** Each text must be in its file exactly once. */
const MUTATIONS = [
    {
        name: "acknowledge before store",
        file: "server/ingest.ts",
        patches: [
            [
                "        this.store(waiting, (entry, result) => stored",
                "        const early = new Acks()\n        for (const entry of waiting) early.add(entry)\n        early.send()\n        this.store(waiting, (entry, result) => stored",
            ],
        ],
    },
    {
        name: "drop on full, and say nothing was dropped",
        file: "src/outbox/outbox.ts",
        patches: [
            ["        this.dropped++\n", ""],
            [
                "    shrink(nowMs: number): void {\n",
                "    shrink(nowMs: number): void {\n        if (this.maxBytes > 0) return\n",
            ],
        ],
    },
    {
        name: "off by one in the slot number",
        file: "src/outbox/channel-log.ts",
        patches: [
            [
                "sequence: this.firstNumber,",
                "sequence: this.firstNumber + (this.slots.length % 2),",
            ],
        ],
    },
    {
        name: "forget the boot id",
        file: "src/wire/head.ts",
        patches: [["putU32(buf, 3, head.bootId)", "putU32(buf, 3, 1)"]],
    },
    {
        name: "add a coarse cell again where fine detail is known",
        file: "server/store/slot-places.ts",
        patches: [
            [
                '        const fine = bootChannels.around(state, cell)\n        if (fine.some(known => covers(known, cell))) return "known"\n',
                "        const fine: FineRange[] = []\n",
            ],
        ],
    },
    {
        name: "take a repeat for a new report",
        file: "server/store/slot-places.ts",
        patches: [
            [
                'if (fine.some(known => covers(known, range))) return "known"\n        const around = cells',
                "const around = cells",
            ],
            ["for (const gap of gapsIn(range, fine))", "for (const gap of gapsIn(range, []))"],
        ],
    },
    {
        name: "write a page before its last slot is closed",
        file: "src/outbox/page-builder.ts",
        patches: [["span: this.span,", "span: this.span + 1,"]],
    },
    {
        name: "begin the slot numbers anew at a clock step",
        file: "src/outbox/recorder.ts",
        patches: [
            [
                "            this.slotBeganMs = uptimeMs\n            this.isEager = true\n",
                "            this.slotBeganMs = uptimeMs\n            this.slotNumber = 0\n            this.isEager = true\n",
            ],
        ],
    },
    {
        name: "let an acknowledgement stand for another report",
        file: "src/outbox/outbox.ts",
        patches: [["reportSequence(report) === sequence", "reportSequence(report) <= sequence"]],
    },
    {
        name: "take the last report's count for the total",
        file: "server/store/ingest-batch.ts",
        patches: [
            ["        if (count <= known.count && out <= known.out) return\n", ""],
            ["count: Math.max(count, known.count),", "count,"],
        ],
    },
]

const RUN = `
import { makePlan } from "./soak/plan.js"
import { runPlan } from "./soak/run-seed.js"
const [first, last] = process.argv.slice(2).map(Number)
for (let seed = first; seed <= last; seed++) {
    const { breaches } = await runPlan(makePlan(seed, { hours: 96, devices: 2 }), true)
    if (breaches.length === 0) continue
    console.log(JSON.stringify({ seed, ...breaches[0] }))
    break
}
`

function mutate(mutation, dir) {
    const path = join(dir, mutation.file)
    let text = readFileSync(path, "utf8")
    for (const [from, to] of mutation.patches) {
        if (text.split(from).length !== 2)
            throw new Error(`${mutation.name}: its text is not once in ${mutation.file}.`)
        text = text.replace(from, () => to)
    }
    writeFileSync(path, text)
}

/** The program as it is, or with a fault, in a folder of its own. */
function copyOf(mutation) {
    const dir = mkdtempSync(join(tmpdir(), "meterbeat-mutation-"))
    for (const part of PARTS) cpSync(part, join(dir, part), { recursive: true })
    symlinkSync(resolve("node_modules"), join(dir, "node_modules"))
    if (mutation) mutate(mutation, dir)
    writeFileSync(join(dir, "run.mts"), RUN)
    return dir
}

/** The first seed that fails from one on; undefined when none does. */
function firstFailure(dir, first, last) {
    const args = ["--import", "tsx", "run.mts", `${first}`, `${last}`]
    const run = spawnSync(process.execPath, args, { cwd: dir, encoding: "utf8" })
    if (run.status !== 0) throw new Error(run.stderr)
    return run.stdout.startsWith("{") ? JSON.parse(run.stdout) : undefined
}

/** A seed that fails without the fault as well says nothing. */
function findCatch(dir, cleanDir) {
    for (let seed = 1; seed <= SEEDS; seed++) {
        const failure = firstFailure(dir, seed, SEEDS)
        if (!failure) return undefined
        seed = failure.seed
        if (!firstFailure(cleanDir, seed, seed)) return failure
        console.log(`        seed ${seed} fails without the fault too`)
    }
    return undefined
}

const wanted = process.argv[2] ?? ""
const dirs = []
const open = mutation => {
    const dir = copyOf(mutation)
    dirs.push(dir)
    return dir
}
try {
    const cleanDir = open(undefined)
    for (const mutation of MUTATIONS.filter(({ name }) => name.includes(wanted))) {
        const failure = findCatch(open(mutation), cleanDir)
        if (!failure) process.exitCode = 1
        const how = failure && `seed ${failure.seed}, ${failure.invariant}: ${failure.detail}`
        console.log(failure ? `caught  ${mutation.name}: ${how}` : `MISSED  ${mutation.name}`)
    }
} finally {
    for (const dir of dirs) rmSync(dir, { recursive: true, force: true })
}
