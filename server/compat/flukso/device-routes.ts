import type { FastifyInstance, FastifyRequest } from "fastify"
import type { RouteDeps } from "../../deps.js"
import type { LiveHub } from "../../live-hub.js"
import type { ForeignDevice } from "../../store/foreign-store.js"
import { rawBody, takeRawBodies } from "../raw-bodies.js"
import { type Answer, FOR_PAGES, json, MALFORMED, refused, send } from "./answer.js"
import { readHeartbeat, readSensorMessage } from "./device-messages.js"
import { digestOf, isDigest, isSigned } from "./digest.js"
import { API_VERSION, isFluksoId } from "./read-request.js"

/** Without a server for years, a device thins what it has to less than this. */
const MAX_MEASUREMENT_BYTES = 65_536
/** A heartbeat brings its device's system log. */
const MAX_HEARTBEAT_BYTES = 262_144
/** A device would restart, or fetch another program and run it, for anything else. */
const NO_UPGRADE = 0
const OK = json('{"response":"ok"}')
/** Only 200 makes a device forget what it sent. */
const READ_ONLY: Answer = { status: 503 }

/** What a Fluksometer sends, signed with its key. */
export function deviceRoutes(scope: FastifyInstance, deps: RouteDeps, hub: LiveHub): void {
    const { store, tries, clock, readOnly } = deps
    const options = { config: { access: "token" as const }, schema: { hide: true } }
    const ofSensor = { ...options, bodyLimit: MAX_MEASUREMENT_BYTES }
    const ofDevice = { ...options, bodyLimit: MAX_HEARTBEAT_BYTES }
    // whatever the body says it is, its bytes are what is signed
    takeRawBodies(scope)

    scope.post<{ Params: { id: string } }>("/sensor/:id", ofSensor, async (request, reply) => {
        const answer = await signed(request, "sensor", ownerOfSensor, body => {
            const message = readSensorMessage(body)
            const sensorId = store.sensorOfPublicId(request.params.id)
            if (!message || sensorId === undefined) return MALFORMED
            if ("config" in message) store.saveFluksoConfig(sensorId, message.config, clock())
            else {
                const stored = store.storeCounter(sensorId, message.values, clock())
                if (stored) hub.publish({ event: "slots", data: stored })
            }
            return OK
        })
        // the device of this sensor is no page, but the API has always said so here too
        const headers = { ...FOR_PAGES, ...answer.headers }
        send(reply, { ...answer, headers })
    })

    scope.post<{ Params: { id: string } }>("/device/:id", ofDevice, async (request, reply) => {
        const find = (id: string) => store.foreignDeviceOf("flukso", id)
        send(reply, await signed(request, "device", find, beat))
    })

    function beat(body: Buffer, { id, key }: KnownDevice): Answer {
        const heartbeat = readHeartbeat(body)
        if (!heartbeat) return MALFORMED
        store.saveHeartbeat(id, heartbeat, clock())
        const timestamp = Math.floor(clock() / 1000)
        const answer = json(JSON.stringify({ upgrade: NO_UPGRADE, timestamp }))
        const digest = digestOf(key, Buffer.from(answer.body ?? ""))
        return { ...answer, headers: { ...answer.headers, "X-Digest": digest } }
    }

    /** Takes the body once it is known to be from the device that `find` names. */
    async function signed(
        request: FastifyRequest<{ Params: { id: string } }>,
        what: "sensor" | "device",
        find: (id: string) => ForeignDevice | undefined,
        take: (body: Buffer, device: KnownDevice) => Answer
    ): Promise<Answer> {
        const { id } = request.params
        const digest = request.headers["x-digest"]
        const isVersion = request.headers["x-version"] === API_VERSION
        if (!isVersion || !isFluksoId(id) || !isDigest(digest)) return MALFORMED
        if (readOnly) return READ_ONLY
        await tries.checkTry(request.ip, "a digest")
        const device = find(id)
        const body = rawBody(request.body)
        if (!device?.key) {
            await tries.failedTry(request.ip)
            return refused(`No proper provisioning for this ${what}`)
        }
        if (!isSigned(device.key, body, digest)) {
            await tries.failedTry(request.ip)
            return refused("Incorrect digest")
        }
        return take(body, { ...device, key: device.key })
    }

    function ownerOfSensor(publicId: string): ForeignDevice | undefined {
        const sensorId = store.sensorOfPublicId(publicId)
        const sensor = sensorId === undefined ? undefined : store.fluksoSensor(sensorId)
        return sensor && store.foreignDevice(sensor.deviceId)
    }
}

type KnownDevice = ForeignDevice & { key: Buffer }
