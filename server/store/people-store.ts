import type { AuditEntry } from "../auth/audit.js"
import type { ErasureStore } from "./erasure-store.js"
import type { InvitationStore } from "./invitation-store.js"
import type { User } from "./store.js"

/** From the least right to the most. */
export const ROLES = ["viewer", "editor", "owner"] as const
export type Role = (typeof ROLES)[number]

/** The home that every database has. */
export const FIRST_HOME = 1

export const TOKEN_KINDS = ["sensor", "account", "device"] as const
type TokenKind = (typeof TOKEN_KINDS)[number]

export interface Home {
    id: number
    name: string
    /** IANA name, such as Europe/Brussels. */
    timeZone: string
}

export interface Share {
    id: number
    homeId: number
    sensorId: number | null
    user: string
}

/** What a token is for; which of `sensorId` and `deviceId` is not null goes with its kind. */
export interface TokenPurpose {
    kind: TokenKind
    /** Who made it, and for whom one of an account acts. */
    user: string
    sensorId: number | null
    deviceId: string | null
}

export interface Token extends TokenPurpose {
    id: number
    name: string
    createdMs: number
    lastUsedMs: number | null
}

/** Homes, who lives in them, and what opens them. */
export interface PeopleStore extends InvitationStore, ErasureStore {
    user(name: string): User | undefined
    /** Adds the user or replaces the one of that name. */
    saveUser(user: User): void
    addSession(hash: Buffer, user: string, expiresMs: number, madeMs: number): void
    sessionTimes(hash: Buffer): { madeMs: number; expiresMs: number } | undefined
    /** Ends a session earlier. */
    shortenSession(hash: Buffer, expiresMs: number): void
    /** The user of a session that has not expired. */
    sessionUser(hash: Buffer, nowMs: number): User | undefined
    removeSession(hash: Buffer): void
    /** Ends all sessions of the user but one. */
    removeOtherSessions(user: string, keepHash: Buffer): void
    removeExpiredSessions(nowMs: number): void

    home(id: number): Home | undefined
    addHome(home: Omit<Home, "id">): Home
    /** The homes that the user is a member of, oldest first. */
    homesOf(user: string): (Home & { role: Role })[]

    /** Undefined for a stranger. */
    memberRole(homeId: number, user: string): Role | undefined
    /** Adds the member or changes its role. */
    saveMember(homeId: number, user: string, role: Role): void
    members(homeId: number): { user: string; role: Role }[]
    /** Revokes besides what tokens the user made for things of the home. */
    removeMember(homeId: number, user: string): void
    saveHome(home: Home): void

    /** The home of a thing; undefined for an unknown one and for a device that nobody claimed. */
    homeOfSensor(sensorId: number): number | undefined
    homeOfDevice(deviceId: string): number | undefined
    isUnclaimed(deviceId: string): boolean
    claimDevice(deviceId: string, homeId: number): void
    homeOfChannel(channelId: number): number | undefined
    /** True when the sensor is shared with the user, alone or as one of the main ones of a shared home. */
    isSharedWith(sensorId: number, user: string): boolean
    /** `sensorId` null shares the home's main sensors. Returns the share that is there already, if so. */
    addShare(share: Omit<Share, "id">): Share
    sharesOf(homeId: number): Share[]
    removeShare(id: number): void
    devicesOfHomes(homeIds: number[]): string[]
    /** The devices that a sensor's channels are of. */
    devicesOfSensor(sensorId: number): string[]
    channelOfWaveform(waveformId: number): number | undefined
    deviceOfChannel(channelId: number): string | undefined
    /** Undefined for an unknown id. */
    sensorOfPublicId(publicId: string): number | undefined

    addAuditEntry(entry: AuditEntry & { atMs: number }): void
    /** Of one home, or of the whole server with null; newest first, older than `beforeId` when given. */
    auditEntries(query: {
        homeId: number | null
        beforeId: number
        limit: number
    }): (AuditEntry & { id: number; atMs: number })[]

    /** All of one user, oldest first. */
    auditOf(user: string): (AuditEntry & { id: number; atMs: number })[]

    addToken(token: TokenPurpose & { name: string; hash: Buffer; createdMs: number }): Token
    /** Those that the user made, and those for things of homes that the user owns. */
    tokensOf(user: string): Token[]
    token(id: number): Token | undefined
    tokenOfHash(hash: Buffer): Token | undefined
    touchToken(id: number, nowMs: number): void
    removeToken(id: number): void
}
