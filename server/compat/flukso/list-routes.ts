import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify"
import type { Holder } from "../../auth/access.js"
import type { RouteDeps } from "../../deps.js"
import type { Device } from "../../store/store.js"
import { chooseType } from "./accept.js"
import {
    ACCESS_REFUSED,
    type Answer,
    FOR_PAGES,
    JSON_TYPE,
    json,
    MALFORMED,
    send,
} from "./answer.js"
import { holderOf, rawRequest } from "./client.js"
import { fluksoIdOf, serialOf } from "./device-ids.js"
import { isFluksoId, readListRequest } from "./read-request.js"
import { toJsonp } from "./rows.js"

/** An account's sensors and devices, and a device's sensors. */
export function listRoutes(scope: FastifyInstance, deps: RouteDeps): void {
    const { store, access } = deps
    const options = { config: { access: "token" as const }, schema: { hide: true } }

    scope.get<{ Params: { uid: string } }>(
        "/user/:uid/sensor",
        { ...options, exposeHeadRoute: false },
        (request, reply) => list(request, reply, readUid(request.params.uid), userSensors)
    )
    scope.get<{ Params: { uid: string } }>(
        "/user/:uid/device",
        { ...options, exposeHeadRoute: false },
        (request, reply) => list(request, reply, readUid(request.params.uid), userDevices)
    )
    scope.get<{ Params: { id: string } }>(
        "/device/:id/sensor",
        { ...options, exposeHeadRoute: false },
        (request, reply) => {
            const { id } = request.params
            return list(request, reply, isFluksoId(id) ? id : undefined, deviceSensors)
        }
    )

    /** `read` returns undefined for what the holder may not see. */
    async function list<Id>(
        request: FastifyRequest,
        reply: FastifyReply,
        id: Id | undefined,
        read: (id: Id, holder: Holder) => object[] | undefined
    ): Promise<void> {
        const answer = async (): Promise<Answer> => {
            const asked = readListRequest(rawRequest(deps, request))
            if (!asked || id === undefined) return MALFORMED
            const holder = await holderOf(deps, request, asked.token)
            const found = holder && read(id, holder)
            if (!found) return ACCESS_REFUSED
            if (!chooseType(request.headers.accept, [JSON_TYPE])) return { status: 406 }
            const body = JSON.stringify(found)
            if (asked.callback === undefined) return json(body)
            reply.raw.removeHeader("X-Content-Type-Options")
            return json(toJsonp(body, asked.callback))
        }
        const { headers, ...rest } = await answer()
        send(reply, { ...rest, headers: { ...FOR_PAGES, ...headers } })
    }

    function userSensors(uid: number, holder: Holder): object[] | undefined {
        if (!isUser(uid, holder)) return undefined
        const devices = store.listDevices()
        return store
            .sensors()
            .filter(({ id, isEnabled }) => isEnabled && access.mayReadSensor(holder, id))
            .map(({ id, publicId, type, name }) => {
                const deviceId = store.fluksoSensor(id)?.deviceId
                const device = devices.find(one => one.id === deviceId)
                const known = device && store.fluksometer(device.id)
                const { ip = null, port = null } = known ?? {}
                return { sensor: publicId, type, function: name, ip, port }
            })
    }

    function userDevices(uid: number, holder: Holder): object[] | undefined {
        if (!isUser(uid, holder)) return undefined
        return store
            .listDevices()
            .filter(({ id }) => access.mayReadDevice(holder, id))
            .map(toDevice)
    }

    function toDevice({ id, lastStoredMs }: Device): object {
        const known = store.fluksometer(id)
        const lastS = lastStoredMs === null ? null : Math.floor(lastStoredMs / 1000)
        return {
            serial: serialOf(id, known?.number ?? null),
            device: fluksoIdOf(id, known),
            version: versionOf(known?.version ?? null),
            heartbeat: known ? known.heartbeatS : lastS,
            uptime: known?.uptimeS ?? null,
            resets: known?.resets ?? 0,
        }
    }

    function deviceSensors(fluksoId: string, holder: Holder): object[] | undefined {
        const device = store
            .listDevices()
            .find(({ id }) => fluksoIdOf(id, store.fluksometer(id)) === fluksoId)
        if (!device || !access.mayReadDevice(holder, device.id)) return undefined
        return store
            .sensors()
            .filter(({ id, isEnabled }) => isEnabled && isOf(id, device.id))
            .map(({ id, publicId, type, name }) => ({
                sensor: publicId,
                config: null,
                port: store.fluksoSensor(id)?.port ?? null,
                type,
                subtype: null,
                function: name,
                kid: null,
                data_type: "counter",
            }))
    }

    function isOf(sensorId: number, deviceId: string): boolean {
        const devices = store.devicesOfSensor(sensorId)
        return devices.length === 1 && devices[0] === deviceId
    }

    function isUser(uid: number, holder: Holder): boolean {
        const user = access.userOf(holder)
        return user !== undefined && store.userOfFluksoUid(uid) === user
    }
}

function readUid(text: string): number | undefined {
    return /^\d{1,15}$/.test(text) ? Number(text) : undefined
}

/** Flukso's own are whole numbers; some programs say 1.0.0. */
function versionOf(version: string | null): number | string | null {
    return version !== null && /^\d{1,15}$/.test(version) ? Number(version) : version
}
