/** What the server refused, with its stable code. */
export class ApiError extends Error {
    constructor(
        readonly code: string,
        readonly status: number,
        message: string
    ) {
        super(message)
        this.name = "ApiError"
    }
}

type Query = Record<string, string | number | undefined>

export interface ClientSensor {
    id: number
    name: string
    type: string
    isEnabled: boolean
    channelIds: number[]
    homeId: number
}

/** One array of times and one of values; null where nothing was measured. */
interface ClientSeries {
    sensorId: number
    unit: string
    resolution: string
    startMs: number[]
    endMs: number
    values: (number | null)[]
}

interface ClientCost {
    tariffId: number
    currency: string
    unit: string
    startMs: number[]
    endMs: number
    amounts: number[]
    costs: number[]
    standingCharges: number[]
    total: number
}

interface Range extends Query {
    fromMs: number
    toMs: number
}

/** A server over its own API. docs/api.md says what there is; `call` reaches all of it. */
export class MeterbeatClient {
    private readonly headers: Record<string, string> = {}

    /** `token` of an account, a sensor or a device; without one, sign in. */
    constructor(
        private readonly serverUrl: string,
        token?: string,
        private readonly fetchFn: typeof fetch = fetch
    ) {
        if (token !== undefined) this.headers["authorization"] = `Bearer ${token}`
    }

    async signIn(user: string, password: string): Promise<void> {
        await this.call("POST", "sign-in", { user, password })
    }

    async sensors(): Promise<ClientSensor[]> {
        return ((await this.call("GET", "sensors")) as { sensors: ClientSensor[] }).sensors
    }

    async series(sensorId: number, range: Range): Promise<ClientSeries> {
        return (await this.get(`sensors/${sensorId}/series`, range)) as ClientSeries
    }

    async cost(sensorId: number, range: Range): Promise<ClientCost> {
        return (await this.get(`sensors/${sensorId}/cost`, range)) as ClientCost
    }

    /** The bytes of a file, as they come. */
    async exportSensor(sensorId: number, query: Query): Promise<AsyncIterable<Uint8Array>> {
        const response = await this.send("GET", withQuery(`sensors/${sensorId}/export`, query))
        return response.body ?? nothing()
    }

    get(path: string, query: Query): Promise<unknown> {
        return this.call("GET", withQuery(path, query))
    }

    /**
     * What `/api/v1/<path>` answers. Throws ApiError when it refuses, and an Error of one sentence when there
     * is no answer.
     */
    async call(method: string, path: string, body?: object): Promise<unknown> {
        const text = await (await this.send(method, path, body)).text()
        return text === "" ? undefined : JSON.parse(text)
    }

    private async send(method: string, path: string, body?: object): Promise<Response> {
        let response: Response
        try {
            response = await this.fetchFn(new URL(`/api/v1/${path}`, this.serverUrl), {
                method,
                headers: { ...this.headers, ...(body && { "content-type": "application/json" }) },
                body: body && JSON.stringify(body),
            })
        } catch {
            throw new Error(`No server answers at ${this.serverUrl}.`)
        }
        // a session gets another token now and then
        const cookie = response.headers.getSetCookie()[0]?.split(";")[0]
        if (cookie !== undefined) this.headers["cookie"] = cookie
        if (!response.ok) throw await refusalOf(response, path)
        return response
    }
}

async function refusalOf(response: Response, path: string): Promise<ApiError> {
    const { status } = response
    const text = await response.text()
    try {
        const { code, message } = JSON.parse(text).error
        return new ApiError(code, status, `The server refuses ${path}: ${message}`)
    } catch {
        return new ApiError("unknown", status, `The server refuses ${path} with status ${status}.`)
    }
}

function withQuery(path: string, query: Query): string {
    const given = new URLSearchParams()
    for (const [name, value] of Object.entries(query))
        if (value !== undefined) given.set(name, String(value))
    return given.size === 0 ? path : `${path}?${given}`
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
