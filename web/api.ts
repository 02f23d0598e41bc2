export type ChannelType = "electricity" | "gas" | "water" | "heat"

/** Is it counted in Wh? Everything else flows and is counted in litres. */
export function isEnergy(type: ChannelType): boolean {
    return type === "electricity" || type === "heat"
}

type Resolution = "slot" | "minute" | "quarter" | "hour" | "day"

export interface Session {
    user: string
    mustChangePassword: boolean
    readOnly?: boolean
}

export interface Device {
    id: string | number
    name: string
    /** Null until the device said hello. */
    board: string | null
    online: boolean
    lastSeenMs: number | null
    health: "online" | "offline" | "silent"
    advice: { code: string; message: string } | null
}

export interface Channel {
    id: number
    deviceId: string | number
    number: number
    name: string
    kind: string
    type: ChannelType
    /** Wh or litres. */
    perPulse: number
    firstSlotMs: number | null
    lastSlotEndMs: number | null
}

export interface ChannelNow {
    id: number
    deviceId: string | number
    name: string
    type: ChannelType
    /** What goes out counts against what comes in. */
    direction: "in" | "out"
    powerW?: number | null
    flowLPerMin?: number | null
    totalCount: number
    /** Wh or litres since installation. */
    total: number
    /** Wh or litres since the asked time. */
    since: number
    lastSlotEndMs: number | null
    isStale: boolean
    quality: number | null
    /** Mains channels only: Wh delivered since installation. */
    totalOut?: number
    /** Mains channels only: the newest slot, null when there is none or an old one. */
    mains?: MainsNow | null
}

/** What a mains channel measures beside its power; null where it is unknown. */
export interface MainsNow {
    voltageV: number | null
    currentA: number | null
    powerFactor: number | null
    frequencyHz: number | null
    /** Voltage is set, not measured, so power is apparent power. */
    isApparent: boolean
}

/** Something that happened at a device. */
export interface DeviceEvent {
    id: number
    deviceId: string | number
    /** Null when it is of the whole device. */
    channelId: number | null
    kind: string
    beganMs: number
    /** 0 for what has no end. */
    durationMs: number
    value: number | null
    unit: string | null
}

export interface Now {
    serverTimeMs: number
    channels: ChannelNow[]
}

/** Averages of one channel: `values[i]` holds from `startMs[i]` for `resolutionMs`; null where unknown. */
export interface Series {
    channelId: number
    unit: string
    resolution: Resolution
    resolutionMs: number
    startMs: number[]
    values: (number | null)[]
    /** Stretches, from and to, whose signal was too poor to count by. */
    poor?: [number, number][]
}

/** A refusal or failure to reach the server; `status` 0 when there was no answer. */
export class ApiError extends Error {
    constructor(
        readonly status: number,
        readonly code: string,
        message: string
    ) {
        super(message)
    }
}

/** The server's REST interface; every call throws ApiError. */
export interface Api {
    signIn(user: string, password: string): Promise<Session>
    signOut(): Promise<void>
    session(): Promise<Session>
    changePassword(currentPassword: string, newPassword: string): Promise<void>
    devices(): Promise<Device[]>
    channels(): Promise<Channel[]>
    now(sinceMs: number): Promise<Now>
    /** The newest events, newest first. */
    events(limit: number): Promise<DeviceEvent[]>
    series(query: SeriesQuery, signal?: AbortSignal): Promise<Series>
}

interface SeriesQuery {
    channelId: number
    fromMs: number
    toMs: number
    /** How many intervals can be told apart: the chart's width in pixels. */
    points: number
}

export type Fetch = (path: string, init?: RequestInit) => Promise<Response>

/** Speaks to `/api/v1` through `fetch`. An aborted call rejects with the abort reason, not ApiError. */
export function createApi(fetchFn: Fetch): Api {
    async function call<T>(method: string, path: string, body?: object, signal?: AbortSignal) {
        const init: RequestInit = { method, credentials: "same-origin", signal: signal ?? null }
        if (body) {
            init.headers = { "content-type": "application/json" }
            init.body = JSON.stringify(body)
        }
        let response: Response
        try {
            response = await fetchFn(`/api/v1/${path}`, init)
        } catch (error) {
            if (signal?.aborted) throw error
            throw new ApiError(0, "unreachable", "The server did not answer")
        }
        if (!response.ok) throw await readError(response)
        return (response.status === 204 ? undefined : await response.json()) as T
    }

    return {
        signIn: (user, password) => call("POST", "sign-in", { user, password }),
        signOut: () => call("POST", "sign-out"),
        session: () => call("GET", "session"),
        changePassword: (currentPassword, newPassword) =>
            call("PUT", "password", { currentPassword, newPassword }),
        devices: async () => (await call<{ devices: Device[] }>("GET", "devices")).devices,
        channels: async () => (await call<{ channels: Channel[] }>("GET", "channels")).channels,
        now: sinceMs => call("GET", `now?sinceMs=${Math.round(sinceMs)}`),
        events: async limit =>
            (await call<{ events: DeviceEvent[] }>("GET", `events?limit=${limit}`)).events,
        series: ({ channelId, fromMs, toMs, points }, signal) => {
            const query = `fromMs=${Math.floor(fromMs)}&toMs=${Math.ceil(toMs)}&points=${points}`
            return call("GET", `channels/${channelId}/series?${query}`, undefined, signal)
        },
    }
}

async function readError(response: Response): Promise<ApiError> {
    try {
        const { error } = (await response.json()) as { error: { code: string; message: string } }
        return new ApiError(response.status, error.code, error.message)
    } catch {
        // a proxy's page, not ours
        return new ApiError(response.status, "unexpected", `The server answered ${response.status}`)
    }
}
