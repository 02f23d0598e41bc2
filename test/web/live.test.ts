import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import { connectLive, decodeLive, decodeSlots, type EventStream } from "../../web/live.js"

class FakeStream implements EventStream {
    readyState = 1
    private readonly listeners = new Map<string, (event: { data?: string }) => void>()

    addEventListener(type: string, listener: (event: { data?: string }) => void) {
        this.listeners.set(type, listener)
    }
    emit(type: string, data?: object) {
        this.listeners.get(type)?.(data ? { data: JSON.stringify(data) } : {})
    }
    close() {
        this.readyState = 2
    }
}

test.each([
    ["power", '{"channelId":1,"atMs":5,"powerW":0,"totalCount":9}', 0],
    [
        "that the power is not known yet",
        '{"channelId":1,"atMs":5,"powerW":null,"totalCount":9}',
        null,
    ],
    ["a flow", '{"channelId":1,"atMs":5,"flowLPerMin":2.5,"totalCount":9}', 2.5],
])("a live event gives %s", (_name, data, value) => {
    expect(decodeLive(data)).toEqual({ channelId: 1, atMs: 5, value, totalCount: 9 })
})

test.each([
    ["no number as its value", '{"channelId":1,"atMs":5,"powerW":"much","totalCount":9}'],
    ["no time", '{"channelId":1,"powerW":1,"totalCount":9}'],
    ["no JSON", "oops"],
    ["no object", "null"],
    ["nothing", undefined],
])("a live event with %s is passed over", (_name, data) => {
    expect(decodeLive(data)).toBeUndefined()
})

test("new slots name a channel and a stretch", () => {
    expect(decodeSlots('{"channelId":1,"fromMs":0,"toMs":5}')).toEqual({
        channelId: 1,
        fromMs: 0,
        toMs: 5,
    })
    expect(decodeSlots('{"channelId":1}')).toBeUndefined()
})

describe("the link", () => {
    beforeEach(() => void vi.useFakeTimers())
    afterEach(() => void vi.useRealTimers())

    function connect() {
        const streams: FakeStream[] = []
        const seen: unknown[] = []
        const connection = connectLive(
            () => {
                const stream = new FakeStream()
                streams.push(stream)
                return stream
            },
            {
                onLive: value => seen.push(value.value),
                onSlots: slots => seen.push(slots.toMs),
                onEvent: () => seen.push("event"),
                onLink: isUp => seen.push(isUp),
            }
        )
        return { streams, seen, connection }
    }

    test("passes events on", () => {
        const { streams, seen } = connect()
        streams[0].emit("open")
        streams[0].emit("live", { channelId: 1, atMs: 1, powerW: 42, totalCount: 1 })
        streams[0].emit("slots", { channelId: 1, fromMs: 0, toMs: 50 })
        streams[0].emit("event", { id: 1 })
        streams[0].emit("hello", {})
        expect(seen).toEqual([true, 42, 50, "event"])
    })

    test("is left to the browser while that reconnects", () => {
        const { streams, seen } = connect()
        streams[0].readyState = 0
        streams[0].emit("error")
        vi.advanceTimersByTime(60_000)
        expect(streams).toHaveLength(1)
        expect(seen).toEqual([false])
    })

    test("is opened again, ever more patiently, when the server refused", () => {
        const { streams } = connect()
        const opened = [1000, 2000, 4000].map(waitMs => {
            streams.at(-1)?.close()
            streams.at(-1)?.emit("error")
            vi.advanceTimersByTime(waitMs - 1)
            const before = streams.length
            vi.advanceTimersByTime(1)
            return streams.length - before
        })
        expect(opened).toEqual([1, 1, 1])
    })

    test("stays closed once closed", () => {
        const { streams, connection } = connect()
        streams[0].close()
        streams[0].emit("error")
        connection.close()
        vi.advanceTimersByTime(60_000)
        expect(streams).toHaveLength(1)
    })
})
