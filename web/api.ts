export type ChannelType = "electricity" | "gas" | "water"
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
