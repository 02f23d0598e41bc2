import { type Api, ApiError, type Channel, type Device, type DeviceEvent, type Now } from "./api.js"
import { ChartState } from "./chart-state.svelte.js"
import { connectLive, type EventStream, type LiveValue } from "./live.js"
import { readChannel, startOfDayMs, sumHouse } from "./now.js"
import type { Place } from "./view-hash.js"

interface Deps {
    api: Api
    openStream(): EventStream
    clock(): number
    onSignedOut(): void
    keepPlace(place: Place): void
}

export type Link = "connecting" | "up" | "down"

const TICK_MS = 1000
const REFRESH_MS = 10_000
const SHOWN_EVENTS = 10

/** Everything the signed-in page shows, kept up to date between `start` and `close`. */
export class Home {
    channels: Channel[] = $state.raw([])
    devices: Device[] = $state.raw([])
    stored: Now | undefined = $state.raw()
    events: DeviceEvent[] = $state.raw([])
    live: ReadonlyMap<number, LiveValue> = $state.raw(new Map())
    link: Link = $state("connecting")
    isUnreachable = $state(false)
    /** The server's clock, once a second. */
    nowMs: number = $state(0)
    readonly chart: ChartState

    readonly readings = $derived.by(() =>
        (this.stored?.channels ?? []).map(channel => {
            const perPulse = this.channels.find(({ id }) => id === channel.id)?.perPulse ?? 0
            return readChannel(channel, this.live.get(channel.id), perPulse, this.nowMs)
        })
    )
    readonly house = $derived(sumHouse(this.readings))

    private offsetMs = 0
    private refreshedMs = 0
    private isRefreshing = false
    private hasNews = false
    private timer: ReturnType<typeof setInterval> | undefined
    private stream: { close(): void } | undefined

    constructor(private readonly deps: Deps) {
        this.nowMs = deps.clock()
        this.chart = new ChartState({
            api: deps.api,
            onError: error => this.fail(error),
            keepPlace: deps.keepPlace,
        })
    }

    async start(): Promise<void> {
        this.timer = setInterval(() => this.tick(), TICK_MS)
        this.listen()
        await this.refresh()
    }

    close(): void {
        clearInterval(this.timer)
        this.stream?.close()
        this.chart.close()
    }

    /** Nobody watches a hidden page, so its devices need not send live values. */
    setHidden(isHidden: boolean): void {
        this.stream?.close()
        if (isHidden) return
        this.listen()
        this.refreshedMs = 0
        this.tick()
        this.chart.reload()
    }

    async refresh(): Promise<void> {
        if (this.isRefreshing) return
        this.isRefreshing = true
        this.hasNews = false
        this.refreshedMs = this.deps.clock()
        const { api } = this.deps
        try {
            const [channels, devices, stored, events] = await Promise.all([
                api.channels(),
                api.devices(),
                api.now(startOfDayMs(this.nowMs)),
                api.events(SHOWN_EVENTS),
            ])
            this.offsetMs = stored.serverTimeMs - this.deps.clock()
            this.channels = channels
            this.devices = devices
            this.stored = stored
            this.events = events
            this.isUnreachable = false
            this.setClock()
            this.chart.setChannels(channels)
        } catch (error) {
            this.fail(error)
        } finally {
            this.isRefreshing = false
        }
    }

    private tick(): void {
        this.setClock()
        const ageMs = this.deps.clock() - this.refreshedMs
        if (this.hasNews || ageMs >= REFRESH_MS) void this.refresh()
        this.chart.tick()
    }

    private setClock(): void {
        this.nowMs = this.deps.clock() + this.offsetMs
        this.chart.setNow(this.nowMs)
    }

    private listen(): void {
        this.link = "connecting"
        this.stream = connectLive(this.deps.openStream, {
            onLink: isUp => {
                this.link = isUp ? "up" : "down"
            },
            onLive: value => {
                this.live = new Map(this.live).set(value.channelId, value)
                this.chart.addLive(value)
            },
            onSlots: slots => {
                this.hasNews = true
                this.chart.addNews(slots)
            },
            onEvent: () => {
                this.hasNews = true
            },
        })
    }

    private fail(error: unknown): void {
        if (!(error instanceof ApiError)) throw error
        if (error.status === 401) this.deps.onSignedOut()
        else this.isUnreachable = true
    }
}
