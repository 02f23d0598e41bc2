import { type Api, type Channel, isEnergy, type Series } from "./api.js"
import { createLatest } from "./latest.js"
import type { LiveValue, NewSlots } from "./live.js"
import { repairSelection, toggleSelection } from "./now.js"
import {
    addLivePoint,
    alignSteps,
    indexAt,
    type LivePoint,
    liveSteps,
    spliceSeries,
    storedEndMs,
    storedSteps,
} from "./series.js"
import { axisRange, summarize } from "./summary.js"
import type { Place } from "./view-hash.js"
import { type Bounds, followNow, liveView, type View } from "./zoom.js"

interface Deps {
    api: Api
    onError(error: unknown): void
    /** Called when a view has settled, to remember it. */
    keepPlace(place: Place): void
}

export const DEFAULT_SPAN_MS = 3_600_000
/** The server's limit. */
const MAX_POINTS = 5000
const DEBOUNCE_MS = 120
const LIVE_KEPT_MS = 900_000
/** A live view is loaded anew this often, so that what left it on the left is let go. */
const RELOAD_MS = 300_000

/** What the chart shows: a stretch of time, the chosen channels, their stored and live values. */
export class ChartState {
    view: View = $state.raw(liveView(DEFAULT_SPAN_MS, 0))
    channels: Channel[] = $state.raw([])
    chosen: number[] | undefined = $state.raw()
    series: ReadonlyMap<number, Series> = $state.raw(new Map())
    live: ReadonlyMap<number, LivePoint[]> = $state.raw(new Map())
    /** What a reset goes back to: the range chosen last. */
    homeSpanMs = $state(DEFAULT_SPAN_MS)
    isLoading = $state(true)
    hasFailed = $state(false)
    nowMs = $state(0)
    widthPx = $state(0)

    readonly selected = $derived(repairSelection(this.chosen, this.channels))
    readonly lines = $derived(
        this.selected.flatMap(id => this.channels.find(channel => channel.id === id) ?? [])
    )
    readonly steps = $derived.by(() => this.selected.map(id => this.stepsOf(id)))
    /** Stored intervals with a value. */
    readonly storedPoints = $derived(
        this.selected
            .flatMap(id => this.series.get(id)?.values ?? [])
            .filter(value => value !== null).length
    )
    readonly livePoints = $derived(
        this.selected.reduce((sum, id) => sum + (this.live.get(id)?.length ?? 0), 0)
    )
    readonly columns = $derived(alignSteps(this.steps))
    readonly summaries = $derived(
        this.steps.map(steps => summarize(steps, this.view.fromMs, this.view.toMs))
    )
    readonly range = $derived(
        axisRange(this.summaries, isEnergy(this.lines[0]?.type ?? "electricity") ? 100 : 1)
    )

    private readonly latest = createLatest()
    private news = new Map<number, number>()
    private loadedMs = 0

    constructor(private readonly deps: Deps) {}

    get bounds(): Bounds {
        const first = this.channels.map(channel => channel.firstSlotMs ?? this.nowMs)
        return { firstMs: Math.min(this.nowMs, ...first), nowMs: this.nowMs }
    }

    setNow(nowMs: number): void {
        this.nowMs = nowMs
        this.view = followNow(this.view, nowMs)
    }

    setView(view: View): void {
        this.view = view
        this.reload()
    }

    setWidth(widthPx: number): void {
        if (widthPx === this.widthPx) return
        this.widthPx = Math.min(widthPx, MAX_POINTS)
        this.reload()
    }

    setChannels(channels: Channel[]): void {
        const before = this.selected.join()
        this.channels = channels
        if (this.selected.join() !== before) this.reload()
    }

    choose(channelIds: number[] | undefined): void {
        this.chosen = channelIds
        this.reload()
    }

    toggle(channelId: number): void {
        this.choose(toggleSelection(this.selected, channelId, this.channels))
    }

    addLive({ channelId, atMs, value }: LiveValue): void {
        if (value === null) return
        const points = addLivePoint(this.live.get(channelId) ?? [], { atMs, value }, LIVE_KEPT_MS)
        this.live = new Map(this.live).set(channelId, points)
    }

    addNews({ channelId, fromMs }: NewSlots): void {
        this.news.set(channelId, Math.min(fromMs, this.news.get(channelId) ?? fromMs))
    }

    /** Loads all of the view again; what is shown stays until the new arrives. */
    reload(): void {
        if (this.widthPx === 0 || this.selected.length === 0) return
        this.isLoading = true
        this.latest.run(DEBOUNCE_MS, signal => this.load(signal), {
            onDone: loaded => {
                this.series = new Map(loaded.map(series => [series.channelId, series]))
                this.loadedMs = this.nowMs
                this.isLoading = false
                this.hasFailed = false
            },
            onError: error => {
                this.isLoading = false
                this.hasFailed = true
                this.deps.onError(error)
            },
        })
    }

    /** Once a second: fetches what was stored in the meantime. */
    tick(): void {
        if (this.isLoading) return
        const isOld = this.view.isLive && this.nowMs - this.loadedMs > RELOAD_MS
        if (isOld || this.hasFailed) {
            this.reload()
            return
        }
        for (const [channelId, fromMs] of this.news) void this.loadTail(channelId, fromMs)
        this.news.clear()
    }

    close(): void {
        this.latest.close()
    }

    private load(signal: AbortSignal): Promise<Series[]> {
        const { fromMs, toMs } = this.view
        this.news.clear()
        this.deps.keepPlace({ view: this.view, channelIds: this.chosen })
        return Promise.all(
            this.selected.map(channelId =>
                this.deps.api.series({ channelId, fromMs, toMs, points: this.widthPx }, signal)
            )
        )
    }

    private async loadTail(channelId: number, newsMs: number): Promise<void> {
        const series = this.series.get(channelId)
        if (!series || newsMs >= this.view.toMs) return
        const { startMs, resolutionMs } = series
        const fromMs = startMs[indexAt(startMs, newsMs)] ?? startMs[0] ?? this.view.fromMs
        const points = Math.ceil((this.view.toMs - fromMs) / resolutionMs)
        const toMs = fromMs + points * resolutionMs
        try {
            const part = await this.deps.api.series({ channelId, fromMs, toMs, points })
            // the whole view may have been loaded anew in the meantime
            if (this.series.get(channelId) !== series) return
            const spliced = spliceSeries(series, part)
            if (spliced) this.series = new Map(this.series).set(channelId, spliced)
            else this.reload()
        } catch (error) {
            this.deps.onError(error)
        }
    }

    private stepsOf(channelId: number) {
        const series = this.series.get(channelId)
        const stored = series ? storedSteps(series, this.nowMs) : []
        const live = this.live.get(channelId) ?? []
        if (!this.view.isLive || live.length === 0) return stored
        const afterMs = (series && storedEndMs(series)) ?? 0
        const bucketMs = (this.view.toMs - this.view.fromMs) / Math.max(this.widthPx, 1)
        return [
            ...stored.filter(step => step.toMs <= afterMs),
            ...liveSteps(live, afterMs, this.nowMs, bucketMs),
        ]
    }
}
