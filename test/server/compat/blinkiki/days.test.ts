import { expect, test } from "vitest"
import { CsvRows, placeSlots } from "../../../../server/compat/blinkiki/csv.js"
import { seededNumbers } from "../../helpers.js"
import { buildSignedInApp, request, signIn } from "../../routes/sign-in.js"

const ZONE = "Europe/Brussels"
const DAYS = [
    { hours: 23, startMs: Date.UTC(2026, 2, 28, 23) },
    { hours: 24, startMs: Date.UTC(2026, 2, 2, 23) },
    { hours: 25, startMs: Date.UTC(2026, 9, 24, 22) },
]
const RING = 10
const sum = (counts: (number | null)[]) =>
    counts.reduce<number>((all, each) => all + (each ?? 0), 0)

function meter(serial: string, address: string) {
    const channel = { name: "Meter", type: "electricity" as const, perPulse: 1 }
    return {
        homeId: 1,
        protocol: "blinkiki" as const,
        serial,
        name: serial,
        address,
        channels: [channel],
    }
}

/** The 17 bytes of a report, as the format has them. */
function reportOf(counts: number[], slot: number): Buffer {
    const bytes = [0x19, 1, 0, 0, 0, 0, 0]
    for (let age = 0; age < RING; age++) bytes.push(counts[slot - age] ?? 255)
    const body = Buffer.from(bytes)
    body.writeUInt32BE(100 + slot * 5, 3)
    return body
}

const csvDates = new Intl.DateTimeFormat("sv-SE", {
    timeZone: ZONE,
    dateStyle: "short",
    timeStyle: "medium",
})

test.each(DAYS)(
    "a day of $hours hours is the same by reports, by file and in the sums",
    async ({ hours, startMs }) => {
        const random = seededNumbers(`day ${hours}`)
        const counts = Array.from({ length: hours * 720 }, (_, slot) => ((slot * 7919) % 13) % 4)
        const { app, store, time } = await buildSignedInApp()
        const [byReports, byFile] = [meter("reports", "127.0.0.1"), meter("file", "192.0.2.1")].map(
            device => store.foreignDevice(store.addForeignDevice(device))?.channelIds[0] ?? 0
        )
        let sent = -1
        for (let slot = 0; slot < counts.length; slot++) {
            // every 10 or 15 s around the hour in which clocks change, else as rarely as loses nothing
            const isDense = slot > 1380 && slot < 1560
            const isDue = isDense ? slot - sent >= 2 + random(2) : slot - sent >= RING
            if (!isDue && slot < counts.length - 1) continue
            sent = slot
            time.nowMs = startMs + (slot + 1) * 5000 + 100 + random(900)
            const payload = reportOf(counts, slot)
            const reply = await app.inject({ method: "POST", url: "/sensor/report", payload })
            expect(reply.body).toBe("ok")
        }
        const rows = new CsvRows(ZONE)
        const slots = counts.map((count, slot) => {
            const date = csvDates.format(startMs + (slot + 1) * 5000)
            return rows.read({ date, pulses: String(count) }, slot + 2)
        })
        const result = store.storeReadings(byFile, [...placeSlots(slots)], time.nowMs)
        expect(result).toEqual({ stored: counts.length, known: 0, conflicting: 0, ahead: 0 })

        const endMs = startMs + hours * 3_600_000
        const hourly = Array.from({ length: hours }, (_, at) =>
            sum(counts.slice(at * 720, (at + 1) * 720))
        )
        const send = request(app, await signIn(app))
        for (const channel of [byReports, byFile]) {
            const range = `fromMs=${startMs}&toMs=${endMs}&resolution=hour&unit=Wh`
            const reply = await send("GET", `/channels/${channel}/series?${range}`)
            expect(reply.json().values).toEqual(hourly)
            expect(store.series(channel, startMs, endMs, "hour").counts).toEqual(hourly)
            for (const resolution of ["slot", "minute", "quarter"] as const)
                expect(sum(store.series(channel, startMs, endMs, resolution).counts)).toBe(
                    sum(counts)
                )
            expect(store.slots(channel, startMs, endMs).map(({ count }) => count)).toEqual(counts)
            expect(store.now(startMs).find(({ id }) => id === channel)).toMatchObject({
                totalCount: sum(counts),
                sinceCount: sum(counts),
                unplacedCount: 0,
            })
        }
    }
)
