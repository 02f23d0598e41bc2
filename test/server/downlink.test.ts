import { expect, test } from "vitest"
import { downlink } from "../../server/transports/downlink.js"
import { MAX_ACKED_REPORTS } from "../../src/wire/ack.js"
import { MAX_DOWNLINK_BYTES } from "../../src/wire/limits.js"

test("frames topic and data as the runtime expects them", () => {
    expect(downlink("a", Buffer.from([1, 2])).bytes).toEqual(Buffer.from([0x97, 1, 0x61, 0, 1, 2]))
})

test.each([
    ["data", "a", MAX_DOWNLINK_BYTES - 1],
    ["a topic", "a".repeat(MAX_DOWNLINK_BYTES), 0],
    ["nothing but far too much", "a", 100_000],
    ["an empty topic", "", 3],
    ["a topic with a NUL", "a\0b", 3],
])("refuses %s that a device would not survive", (_name, topic, size) => {
    expect(() => downlink(topic, Buffer.alloc(size))).toThrow(RangeError)
})

test("lets the longest message and the longest ack through", () => {
    expect(downlink("a", Buffer.alloc(MAX_DOWNLINK_BYTES - 2)).bytes).toHaveLength(
        MAX_DOWNLINK_BYTES + 2
    )
    expect(() => downlink("a", Buffer.alloc(12 + 5 * MAX_ACKED_REPORTS))).not.toThrow()
})

test("its bytes cannot be changed from outside", () => {
    const message = downlink("a", Buffer.from([1]))
    message.bytes[0] = 0
    expect(message.bytes[0]).toBe(0x97)
})
