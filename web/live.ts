/** A value of a channel as its device sees it now. */
export interface LiveValue {
    channelId: number
    atMs: number
    /** W or l/min; null until the device saw two pulses. */
    value: number | null
    totalCount: number
    /** Mains channels only. */
    voltageV?: number
    currentA?: number
}

/** Stored slots of a channel that are new or changed. */
export interface NewSlots {
    channelId: number
    fromMs: number
    toMs: number
}

/** The part of EventSource that is used. */
export interface EventStream {
    readonly readyState: number
    addEventListener(type: string, listener: (event: { data?: string }) => void): void
    close(): void
}

export interface LiveHandlers {
    onLive(value: LiveValue): void
    onSlots(slots: NewSlots): void
    /** Something happened at a device. */
    onEvent(): void
    /** True once connected, false when the link is lost and being tried again. */
    onLink(isUp: boolean): void
}

const CLOSED = 2
const FIRST_RETRY_MS = 1000
const LAST_RETRY_MS = 30_000

/** Listens to the live stream until closed. The browser reconnects by itself unless the server refused. */
export function connectLive(open: () => EventStream, handlers: LiveHandlers): { close(): void } {
    let stream: EventStream
    let timer: ReturnType<typeof setTimeout> | undefined
    let retryMs = FIRST_RETRY_MS

    function connect() {
        stream = open()
        stream.addEventListener("open", () => {
            retryMs = FIRST_RETRY_MS
            handlers.onLink(true)
        })
        stream.addEventListener("error", () => {
            handlers.onLink(false)
            if (stream.readyState !== CLOSED) return
            timer = setTimeout(connect, retryMs)
            retryMs = Math.min(retryMs * 2, LAST_RETRY_MS)
        })
        stream.addEventListener("live", event => {
            const value = decodeLive(event.data)
            if (value) handlers.onLive(value)
        })
        stream.addEventListener("slots", event => {
            const slots = decodeSlots(event.data)
            if (slots) handlers.onSlots(slots)
        })
        stream.addEventListener("event", () => handlers.onEvent())
    }

    connect()
    return {
        close: () => {
            clearTimeout(timer)
            stream.close()
        },
    }
}

/** Undefined when the event is not a live value. */
export function decodeLive(data: string | undefined): LiveValue | undefined {
    const { channelId, atMs, powerW, flowLPerMin, totalCount, voltageV, currentA } = parse(data)
    const value = powerW ?? flowLPerMin ?? null
    if (!areNumbers(channelId, atMs, totalCount, value ?? 0, voltageV ?? 0, currentA ?? 0))
        return undefined
    return { channelId, atMs, value, totalCount, voltageV, currentA } as LiveValue
}

/** Undefined when the event does not name a channel and a stretch. */
export function decodeSlots(data: string | undefined): NewSlots | undefined {
    const { channelId, fromMs, toMs } = parse(data)
    return areNumbers(channelId, fromMs, toMs)
        ? ({ channelId, fromMs, toMs } as NewSlots)
        : undefined
}

function parse(data = "{}"): { [name: string]: unknown } {
    try {
        const value: unknown = JSON.parse(data)
        return typeof value === "object" && value !== null ? { ...value } : {}
    } catch {
        return {}
    }
}

function areNumbers(...values: unknown[]): boolean {
    return values.every(value => Number.isFinite(value))
}
