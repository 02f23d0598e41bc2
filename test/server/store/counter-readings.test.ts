import fc from "fast-check"
import { expect, test } from "vitest"
import {
    type CounterState,
    type CounterValue,
    readCounter,
} from "../../../server/store/counter-readings.js"

/** A multiple of 5 s. */
const T = 1_772_532_000

type Pair = [number, number]

function read(pairs: Pair[], state?: CounterState) {
    const values = pairs.map(([atS, counter]): CounterValue => ({ atS: T + atS, counter }))
    const found = readCounter(state, values)
    return {
        ...found,
        slots: found.readings.map(({ startS, seconds, count }) => [startS - T, seconds, count]),
    }
}

/** Times after T and counters; then start, length and count of what follows, and what is pending. */
test.each<[string, Pair[], number[][], number | undefined]>([
    ["nothing", [], [], undefined],
    ["a first value", [[3, 500]], [], 0],
    [
        "the same again",
        [
            [3, 500],
            [3, 500],
        ],
        [],
        0,
    ],
    [
        "a value before the first",
        [
            [3, 500],
            [1, 499],
        ],
        [],
        1,
    ],
    [
        "values within a slot",
        [
            [0, 10],
            [1, 11],
            [4, 13],
        ],
        [],
        3,
    ],
    [
        "values at the ends of slots",
        [
            [0, 10],
            [5, 12],
            [10, 15],
        ],
        [
            [0, 5, 2],
            [5, 5, 3],
        ],
        0,
    ],
    [
        "a value after a slot's end",
        [
            [0, 10],
            [6, 16],
        ],
        [[0, 5, 5]],
        1,
    ],
    [
        "one pulse in a minute",
        [
            [0, 10],
            [60, 11],
        ],
        new Array(12).fill(0).map((_, at) => [at * 5, 5, at === 11 ? 1 : 0]),
        0,
    ],
    [
        "one pulse just after a slot's end",
        [
            [2, 10],
            [31, 11],
        ],
        [0, 5, 10, 15, 20, 25].map(at => [at, 5, 0]),
        1,
    ],
    [
        "a minute and more",
        [
            [0, 10],
            [61, 11],
        ],
        [[0, 60, 0]],
        1,
    ],
    [
        "a long time",
        [
            [7, 10],
            [100_003, 1010],
        ],
        [[5, 99_995, 999]],
        1,
    ],
    [
        "what was pending goes first",
        [
            [0, 10],
            [4, 14],
            [5, 14],
        ],
        [[0, 5, 4]],
        0,
    ],
    [
        "no use",
        [
            [0, 10],
            [10, 10],
        ],
        [
            [0, 5, 0],
            [5, 5, 0],
        ],
        0,
    ],
    [
        "a counter that begins anew",
        [
            [0, 5000],
            [5, 2],
        ],
        [[0, 5, 2]],
        0,
    ],
    [
        "a counter that shows half of it",
        [
            [0, 5000],
            [5, 2500],
            [10, 2503],
        ],
        [[5, 5, 3]],
        0,
    ],
    [
        "a counter that begins anew and too high",
        [
            [0, 5000],
            [5, 101],
        ],
        [],
        0,
    ],
    [
        "20 a second",
        [
            [0, 0],
            [5, 100],
        ],
        [[0, 5, 100]],
        0,
    ],
    [
        "more than 20 a second",
        [
            [0, 0],
            [5, 101],
            [10, 102],
        ],
        [[5, 5, 1]],
        0,
    ],
    [
        "pending, then nobody can say",
        [
            [0, 0],
            [4, 4],
            [9, 9999],
        ],
        [[0, 5, 4]],
        0,
    ],
    [
        "nobody can say, within a slot",
        [
            [0, 0],
            [1, 9],
            [2, 9999],
            [6, 9999],
        ],
        [[0, 5, 9]],
        0,
    ],
])("%s", (_name, pairs, slots, pending) => {
    const found = read(pairs)
    expect(found.slots).toEqual(slots)
    expect(found.state?.pending).toBe(pending)
})

const counterRun = fc
    .array(fc.tuple(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 0, max: 20 })), {
        minLength: 2,
        maxLength: 50,
    })
    .map(steps => {
        let [atS, counter] = [T + 1, 1000]
        return steps.map(([seconds, perS]): CounterValue => {
            atS += seconds
            counter += Math.floor((perS * seconds) / 3)
            return { atS, counter }
        })
    })

test("every count is stored once or pending, however the values are sent and repeated", () => {
    fc.assert(
        fc.property(counterRun, fc.integer({ min: 1, max: 9 }), (values, size) => {
            let state: CounterState | undefined
            let stored = 0
            let nextS: number | undefined
            for (let at = 0; at < values.length; at += size) {
                // each post repeats what the last one had
                const found = readCounter(state, values.slice(Math.max(0, at - size), at + size))
                for (const { startS, seconds, count } of found.readings) {
                    expect(nextS ?? startS).toBe(startS)
                    expect(startS % 5).toBe(0)
                    expect(count).toBeGreaterThanOrEqual(0)
                    nextS = startS + seconds
                    stored += count ?? 0
                }
                state = found.state
            }
            const [first, last] = [values[0], values[values.length - 1]]
            expect(state?.counter).toBe(last.counter)
            expect(stored + (state?.pending ?? 0)).toBe(last.counter - first.counter)
            expect(state?.pending).toBeLessThanOrEqual(20 * 5)
        })
    )
})
