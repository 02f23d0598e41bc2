import type { FastifyRequest } from "fastify"
import type { Deps } from "../deps.js"
import { ROLES, type Role, type Token } from "../store/people-store.js"
import { SESSION_COOKIE, type Sessions } from "./sessions.js"
import { findToken } from "./tokens.js"

/** Who asks: a person, or a program with a token for one sensor, one account or one device. */
export type Holder =
    | { kind: "user"; name: string }
    | { kind: "sensor"; sensorId: number }
    | { kind: "account"; user: string }
    | { kind: "device"; deviceId: string }

/** What a right is on, and the type of its id. */
export interface Resources {
    home: number
    device: string
    channel: number
    sensor: number
    waveform: number
}
export type Resource = keyof Resources

/** A token's last use is written so often at most, since every write is a commit. */
const TOUCH_MS = 60_000

type AccessDeps = Pick<Deps, "store" | "clock" | "readOnly">

/** Who may do what. Asks the database every time, so that whatever is revoked ends at once. */
export class Access {
    constructor(
        private readonly deps: AccessDeps,
        private readonly sessions: Sessions
    ) {}

    /** Undefined for what is no token. Use `Tries` with it, so that guessing gets slow. */
    ofToken(raw: string): Holder | undefined {
        const token = findToken(this.deps.store, raw)
        if (!token) return undefined
        this.touch(token)
        return toHolder(token)
    }

    /** By `Authorization: Bearer`, else by session; undefined too before a first password is replaced. */
    ofRequest(request: FastifyRequest): Holder | undefined {
        const raw = bearerOf(request)
        if (raw !== undefined) return this.ofToken(raw)
        const user = this.sessions.user(request.cookies[SESSION_COOKIE])
        return user && !user.mustChangePassword ? { kind: "user", name: user.name } : undefined
    }

    /** The person behind a session or a token of an account. */
    userOf(holder: Holder): string | undefined {
        if (holder.kind === "user") return holder.name
        return holder.kind === "account" ? holder.user : undefined
    }

    /** True for who may set what is of the whole server. */
    isAdmin(holder: Holder): boolean {
        const user = this.userOf(holder)
        return user !== undefined && this.deps.store.user(user)?.isAdmin === true
    }

    role(holder: Holder, homeId: number): Role | undefined {
        const user = this.userOf(holder)
        return user === undefined ? undefined : this.deps.store.memberRole(homeId, user)
    }

    /** The right on one thing; undefined when the holder may not even know that it is there. */
    roleOn<R extends Resource>(holder: Holder, what: R, id: Resources[R]): Role | undefined {
        if (what === "waveform") {
            const channelId = this.deps.store.channelOfWaveform(id as number)
            return channelId === undefined ? undefined : this.roleOn(holder, "channel", channelId)
        }
        const homeId = this.homeOf(what, id)
        const role = homeId === undefined ? undefined : this.role(holder, homeId)
        return role ?? (this.mayReadAlone(holder, what, id) ? "viewer" : undefined)
    }

    /** The homes that the holder is a member of. */
    homesOf(holder: Holder): number[] {
        const user = this.userOf(holder)
        return user === undefined ? [] : this.deps.store.homesOf(user).map(({ id }) => id)
    }

    /** The home of a thing. */
    homeOf<R extends Exclude<Resource, "waveform">>(what: R, id: Resources[R]): number | undefined {
        const { store } = this.deps
        switch (what) {
            case "home":
                return id as number
            case "device":
                return store.homeOfDevice(id as string)
            case "channel":
                return store.homeOfChannel(id as number)
            default:
                return store.homeOfSensor(id as number)
        }
    }

    /** Picks things of devices that the holder may read, out of many. */
    deviceFilter(holder: Holder): (thing: { deviceId: string }) => boolean {
        const homes = this.homesOf(holder)
        const seen = new Set(this.deps.store.devicesOfHomes(homes))
        return ({ deviceId }) => seen.has(deviceId)
    }

    /** Picks what is told of things that the holder may read; looks at each channel once. */
    eventFilter(
        holder: Holder
    ): (told: { channelId: number | null; deviceId?: string }) => boolean {
        const seen = new Map<number, boolean>()
        return ({ channelId, deviceId }) => {
            if (deviceId !== undefined) return this.mayReadDevice(holder, deviceId)
            if (channelId === null) return false
            const known = seen.get(channelId)
            if (known !== undefined) return known
            const isSeen = this.roleOn(holder, "channel", channelId) !== undefined
            seen.set(channelId, isSeen)
            return isSeen
        }
    }

    mayReadSensor(holder: Holder, sensorId: number): boolean {
        return this.roleOn(holder, "sensor", sensorId) !== undefined
    }

    /** A device's token may write to the sensors that are all its own. */
    mayWriteSensor(holder: Holder, sensorId: number): boolean {
        if (holder.kind === "device") return this.isOfDevice(sensorId, holder.deviceId)
        return isAtLeast(this.roleOn(holder, "sensor", sensorId), "editor")
    }

    mayReadDevice(holder: Holder, deviceId: string): boolean {
        return this.roleOn(holder, "device", deviceId) !== undefined
    }

    /** A device's token may deliver for its own device; the routes of people ask for a role besides. */
    mayWriteDevice(holder: Holder, deviceId: string): boolean {
        if (holder.kind === "device") return holder.deviceId === deviceId
        return isAtLeast(this.roleOn(holder, "device", deviceId), "editor")
    }

    /** What is not got through a home: a token's own thing, and a sensor that somebody shares. */
    private mayReadAlone<R extends Resource>(holder: Holder, what: R, id: Resources[R]): boolean {
        const { store } = this.deps
        const user = this.userOf(holder)
        if (user !== undefined) return what === "sensor" && store.isSharedWith(id as number, user)
        if (holder.kind === "sensor") return what === "sensor" && id === holder.sensorId
        if (holder.kind !== "device") return false
        if (what === "device") return id === holder.deviceId
        if (what === "channel") return store.deviceOfChannel(id as number) === holder.deviceId
        return what === "sensor" && this.isOfDevice(id as number, holder.deviceId)
    }

    private isOfDevice(sensorId: number, deviceId: string): boolean {
        const devices = this.deps.store.devicesOfSensor(sensorId)
        return devices.length === 1 && devices[0] === deviceId
    }

    private touch({ id, lastUsedMs }: Token): void {
        const nowMs = this.deps.clock()
        if (this.deps.readOnly || Math.abs(nowMs - (lastUsedMs ?? 0)) < TOUCH_MS) return
        this.deps.store.touchToken(id, nowMs)
    }
}

export function isAtLeast(role: Role | undefined, wanted: Role): boolean {
    return role !== undefined && ROLES.indexOf(role) >= ROLES.indexOf(wanted)
}

/** The token in `Authorization: Bearer`, if there is one. */
export function bearerOf(request: FastifyRequest): string | undefined {
    return /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? "")?.[1]
}

function toHolder({ kind, user, sensorId, deviceId }: Token): Holder {
    if (kind === "sensor" && sensorId !== null) return { kind, sensorId }
    if (kind === "device" && deviceId !== null) return { kind, deviceId }
    return { kind: "account", user }
}
