import { expect, test } from "vitest"
import { connectionString } from "../../cli/connection-string.js"
import { firmwareImage } from "../../cli/images.js"
import { type VirtualWorld, withVirtualWorld } from "../../cli/virtual-world.js"
import { putIntoService } from "../../provision/provision.js"
import { repairFlash } from "../../provision/repair.js"
import { writeSetting } from "../../provision/settings.js"
import { runFor } from "../../sim/run-loop.js"
import { deviceChannels, loadScenario } from "../../sim/scenario.js"

const FORMATS = "fstor: formatting now"
const REBOOTS = 10
/** Of each boot: enough to connect and to deliver a report. */
const BOOT_MS = 90_000

/** A device on the real server, its log, and what a test does to it. */
class Patient {
    constructor(
        private readonly started: VirtualWorld,
        private readonly lines: string[]
    ) {}

    get device() {
        return this.started.world.devices[0]
    }

    runOn(ms: number): Promise<void> {
        const { world } = this.started
        return world.runTo(world.sinceStartMs() + ms)
    }

    compact(): Promise<void> {
        return runFor(this.started.world.scheduler, repairFlash(this.device.bus))
    }

    /** Cuts its power when a value is programmed and its entry is not yet. */
    async tear(): Promise<Buffer> {
        const { board, bus } = this.device
        const { scheduler } = this.started.world
        board.onFlashWrite = (fromMs, toMs) => {
            board.onFlashWrite = () => undefined
            scheduler.at((fromMs + toMs) / 2, () => board.cutPower())
        }
        void writeSetting(bus, "x", Buffer.alloc(200, 7)).catch(() => undefined)
        await this.runOn(15_000)
        expect(board.isOn).toBe(false)
        return Buffer.from(board.flash.bytes)
    }

    /** Power-cycles it; returns what it logged. */
    async boot(ms: number): Promise<string> {
        this.lines.length = 0
        await this.device.board.boot()
        await this.runOn(ms)
        return this.lines.join("\n")
    }

    provision(isRepair: boolean): Promise<void> {
        const { bus, registration, spec } = this.device
        const service = {
            image: firmwareImage(spec.board),
            channels: deviceChannels(spec),
            connectionString: connectionString(
                "http://127.0.0.1:8087",
                registration.id,
                registration.key
            ),
            isRepair,
        }
        return runFor(this.started.world.scheduler, putIntoService(bus, service))
    }

    knownDevices(): string[] {
        return this.started.server.store.listDevices().map(({ id }) => id)
    }

    /** Of each channel: what the server has counted since install. */
    totals(): number[] {
        return this.started.server.store.now(0).map(({ totalCount }) => totalCount)
    }
}

function withPatient(compactions: number, use: (patient: Patient) => Promise<void>): Promise<void> {
    const scenario = loadScenario("scenarios/bench-two-channels.json")
    const lines: string[] = []
    const options = { onLine: (_device: string, line: string) => lines.push(line) }
    return withVirtualWorld(scenario, options, async started => {
        const patient = new Patient(started, lines)
        await patient.runOn(BOOT_MS)
        for (let i = 0; i < compactions; i++) await patient.compact()
        await use(patient)
    })
}

/** What each of the next boots on a torn flash logs, without any repair. */
async function bootsAfter(patient: Patient, count: number): Promise<string[]> {
    const logs: string[] = []
    for (let i = 0; i < count; i++) logs.push(await patient.boot(5000))
    return logs
}

const CASES = [
    { name: "before the first compaction", compactions: 0, formats: [true, false, false] },
    { name: "in the second half", compactions: 1, formats: [true, true, true] },
    {
        name: "in the first half after two compactions",
        compactions: 2,
        formats: [true, false, false],
    },
]

test.each(CASES)(
    "a write that is torn $name is repaired for good, identity and totals kept",
    {
        timeout: 240_000,
    },
    async ({ compactions, formats }) => {
        await withPatient(compactions, async patient => {
            const torn = await patient.tear()
            const logs = await bootsAfter(patient, formats.length)
            expect(logs[0]).toContain("mount failure: non ff")
            expect(logs.map(log => log.includes(FORMATS))).toEqual(formats)
            // after two compactions what was there at the last of them comes back
            expect(logs[2].includes("meterbeat on")).toBe(compactions === 2)

            const { board, registration } = patient.device
            board.cutPower()
            board.flash.load(torn)
            await patient.boot(5000)
            await patient.provision(true)
            const before = patient.totals()
            for (let i = 0; i < REBOOTS; i++) {
                const totals = patient.totals()
                const log = await patient.boot(BOOT_MS)
                expect(log).not.toContain(FORMATS)
                patient.totals().forEach((total, channel) => {
                    expect(total).toBeGreaterThan(totals[channel])
                })
            }
            expect(before.every(total => total > 0)).toBe(true)
            expect(patient.knownDevices()).toEqual([registration.id])
            expect(board.panics).toEqual([])
        })
    }
)

test("without the repair a board that is torn in the second half forgets all again, and that is told", {
    timeout: 60_000,
}, async () => {
    await withPatient(1, async patient => {
        await patient.tear()
        await patient.boot(5000)
        await expect(patient.provision(false)).rejects.toThrow(
            "The device lost what it was given when it restarted: run this again with --repair."
        )
    })
})
