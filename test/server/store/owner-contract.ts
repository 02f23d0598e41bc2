import { describe, expect, test } from "vitest"
import type { Store } from "../../../server/store/store.js"
import { KIND_MAINS, standardChannel } from "../../../src/wire/channels.js"
import { DEVICE_ID, makeHello, START_MS } from "../helpers.js"

/** What every store must keep of what people want. `open` gives a new one that knows the test device. */
export function ownerContract(name: string, open: () => Promise<Store>): void {
    const openWithChannels = async () => {
        const store = await open()
        store.ingest([{ kind: "hello", deviceId: DEVICE_ID, nowMs: START_MS, hello: makeHello() }])
        return store
    }
    describe(name, () => {
        test("keeps settings, one version after the other", async () => {
            const store = await openWithChannels()
            expect(store.deviceSettings("0".repeat(16))).toBeUndefined()
            const none = {
                version: 0,
                phases: 1,
                flashMinutes: 10,
                channels: [],
                versionInForce: null,
                inForceSinceMs: 0,
                sentMs: null,
                answer: null,
            }
            expect(store.deviceSettings(DEVICE_ID)).toEqual(none)
            const channels = [standardChannel(KIND_MAINS, 2)]
            const change = { phases: 1 as const, channels, labels: [], clampSensors: [] }
            expect(store.changeSettings(DEVICE_ID, 1, change)).toBeUndefined()
            expect(store.changeSettings(DEVICE_ID, 0, change)).toBe(1)
            expect(store.changeSettings(DEVICE_ID, 0, change)).toBeUndefined()
            store.saveVersionInForce(DEVICE_ID, 0, 4)
            store.saveVersionInForce(DEVICE_ID, 0, 6)
            store.saveSettingsSent(DEVICE_ID, 5)
            const inForce = { versionInForce: 0, inForceSinceMs: 4 }
            const wanted = { ...none, version: 1, channels, ...inForce, sentMs: 5 }
            expect(store.deviceSettings(DEVICE_ID)).toEqual(wanted)
            const answer = { bootId: 1, triedVersion: 1, versionInForce: 0, reason: "no" }
            store.saveSettingsAnswer(DEVICE_ID, answer, 9)
            expect(store.deviceSettings(DEVICE_ID)).toEqual({
                ...wanted,
                answer: { atMs: 9, triedVersion: 1, reason: "no" },
            })
            expect(store.channels()[0].kind).toBe(0)
            const taken = { ...answer, versionInForce: 1, reason: undefined }
            store.saveSettingsAnswer(DEVICE_ID, taken, 10)
            expect(store.channels()[0].kind).toBe(KIND_MAINS)
        })

        test("names and weighs channels with their settings, also those not announced yet", async () => {
            const store = await openWithChannels()
            const label = { type: "heat" as const, perPulse: 10, direction: "out" as const }
            store.changeSettings(DEVICE_ID, 0, {
                phases: 1,
                flashMinutes: 10,
                channels: [1, 2, 3].map(pin => standardChannel(KIND_MAINS, pin)),
                labels: ["a", "b", "c"].map(name => ({ ...label, name })),
                clampSensors: [],
            })
            expect(store.channels()).toMatchObject([
                { id: 1, name: "a", kind: 0, ...label },
                { id: 2, name: "b", kind: 1, ...label },
                { number: 2, name: "c", kind: KIND_MAINS, ...label },
            ])
        })

        test("keeps sensors, each name once", async () => {
            const store = await openWithChannels()
            const sensor = { name: "main", type: "electricity" as const, isEnabled: true }
            const main = store.addSensor({ ...sensor, channelIds: [2, 1] })
            expect(store.sensor(main.id)).toEqual({
                ...sensor,
                id: main.id,
                channelIds: [1, 2],
                homeId: 1,
                isMain: false,
                publicId: expect.stringMatching(/^[0-9a-f]{32}$/),
            })
            expect(() => store.addSensor({ ...sensor, channelIds: [] })).toThrow("already")
            const solar = store.addSensor({ ...sensor, name: "solar", channelIds: [] })
            expect(() => store.saveSensor({ ...solar, name: "main" })).toThrow("already")
            store.saveSensor({ ...solar, isEnabled: false, channelIds: [2] })
            store.removeSensor(main.id)
            expect(store.sensors()).toEqual([{ ...solar, isEnabled: false, channelIds: [2] }])
            expect(store.sensor(main.id)).toBeUndefined()
        })

        test("keeps calibrations with the change they make", async () => {
            const store = await openWithChannels()
            const calibration = {
                channel: 0,
                calibratedMs: 5,
                user: "ann",
                before: { noiseMa: 0 },
                after: { noiseMa: 40 },
            }
            const change = { phases: 1 as const, channels: [], labels: [], clampSensors: [] }
            // a change that comes too late leaves no calibration
            store.changeSettings(DEVICE_ID, 7, { ...change, calibration })
            expect(store.calibrations(DEVICE_ID)).toEqual([])
            store.changeSettings(DEVICE_ID, 0, { ...change, calibration })
            store.changeSettings(DEVICE_ID, 1, { ...change, calibration })
            const undo = { calibrationId: 2, nowMs: 8 }
            store.changeSettings(DEVICE_ID, 2, { ...change, undo })
            expect(store.calibrations(DEVICE_ID)).toEqual([
                { ...calibration, id: 2, undoneMs: 8 },
                { ...calibration, id: 1, undoneMs: null },
            ])
            // and those that change nothing without one
            const offset = { ...calibration, before: {}, after: { offsetMv: -12 } }
            store.saveCalibration(DEVICE_ID, { calibration: offset })
            store.saveCalibration(DEVICE_ID, { undo: { calibrationId: 1, nowMs: 9 } })
            expect(store.deviceSettings(DEVICE_ID)?.version).toBe(3)
            expect(store.calibrations(DEVICE_ID)).toMatchObject([
                { ...offset, id: 3, undoneMs: null },
                { id: 2 },
                { id: 1, undoneMs: 9 },
            ])
        })

        test("keeps users, and sessions until they end", async () => {
            const store = await open()
            const user = { name: "ann", passwordHash: "x", mustChangePassword: true, isAdmin: true }
            store.saveUser(user)
            store.saveUser({ ...user, mustChangePassword: false })
            expect(store.user("ann")?.mustChangePassword).toBe(false)
            expect(store.user("bob")).toBeUndefined()
            const [one, two, three] = [1, 2, 3].map(byte => Buffer.alloc(32, byte))
            for (const hash of [one, two, three]) store.addSession(hash, "ann", 100, 0)
            expect(store.sessionUser(one, 99)?.name).toBe("ann")
            expect(store.sessionUser(one, 100)).toBeUndefined()
            store.removeSession(one)
            expect(store.sessionUser(one, 0)).toBeUndefined()
            store.removeOtherSessions("ann", two)
            expect(store.sessionUser(three, 0)).toBeUndefined()
            store.removeExpiredSessions(100)
            expect(store.sessionUser(two, 0)).toBeUndefined()
        })
    })
}
