import type { ToldEvent } from "./device-events.js"

/** What people who watch are told. */
export type LiveEvent =
    | { event: "live"; data: LiveValue }
    | { event: "slots"; data: { channelId: number; fromMs: number; toMs: number } }
    | { event: "event"; data: ToldEvent }
    | { event: "level"; data: LevelValues }

interface LiveValue {
    channelId: number
    atMs: number
    /** Electricity; null until two pulses came. */
    powerW?: number | null
    /** Gas and water; null until two pulses came. */
    flowLPerMin?: number | null
    totalCount: number
    /** Mains channels only. */
    voltageV?: number
    currentA?: number
}

/** What a channel's sensor saw. */
interface LevelValues {
    channelId: number
    /** Of the first value. */
    atMs: number
    /** From one value to the next. */
    stepMs: number
    millivolts: number[]
    signal?: SignalFigures
}

/** How good the signal of a light, a disc or an analog magnet is, as its device has learned it. */
export interface SignalFigures {
    /** Between two pulses. */
    idleMv: number
    /** Of a pulse over that, below 0 of a dip; null while it is not known. */
    heightMv: number | null
    /** The brighter level to the darker one; null while a pulse is not known, or the darker is 0. */
    contrast: number | null
    /** Standard deviation. */
    noiseMv: number
    /** Edges seen and not counted since boot, modulo 65,536. */
    rejected: number
}

/** Hands events to everybody who watches, and says when the first comes and the last leaves. */
export class LiveHub {
    private readonly watchers = new Set<(event: LiveEvent) => void>()
    private onWatched: (isWatched: boolean) => void = () => undefined

    get isWatched(): boolean {
        return this.watchers.size > 0
    }

    /** Calls back on every change of `isWatched`. */
    whenWatched(callback: (isWatched: boolean) => void): void {
        this.onWatched = callback
    }

    /** Returns the function that ends it. */
    watch(watcher: (event: LiveEvent) => void): () => void {
        this.watchers.add(watcher)
        if (this.watchers.size === 1) this.onWatched(true)
        return () => {
            if (this.watchers.delete(watcher) && !this.isWatched) this.onWatched(false)
        }
    }

    publish(event: LiveEvent): void {
        for (const watcher of this.watchers) watcher(event)
    }
}
