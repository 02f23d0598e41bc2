import { expect, test } from "vitest"
import { gaussianAt, Random } from "../../../sim/random.js"

const draw = (random: Random, count: number) => Array.from({ length: count }, () => random.next())

test("the same seed gives the same numbers, another seed others", () => {
    expect(draw(new Random(5), 100)).toEqual(draw(new Random(5), 100))
    expect(draw(new Random(5), 4)).not.toEqual(draw(new Random(6), 4))
})

test("the first numbers of a seed never change between versions", () => {
    const random = new Random(1)
    expect([random.nextBits(), random.nextBits(), random.nextBits()]).toMatchInlineSnapshot(`
      [
        473507026,
        4174243831,
        4226474221,
      ]
    `)
})

test("a fork depends on the label and the seed, not on what was drawn before", () => {
    const used = new Random(5)
    draw(used, 1000)
    expect(draw(used.fork("meter"), 10)).toEqual(draw(new Random(5).fork("meter"), 10))
    expect(draw(used.fork("meter"), 10)).not.toEqual(draw(used.fork("meter-2"), 10))
    expect(draw(new Random(5).fork("meter"), 10)).not.toEqual(draw(new Random(6).fork("meter"), 10))
})

test("forks of many labels all differ", () => {
    const firsts = Array.from({ length: 16_000 }, (_, i) => {
        const fork = new Random(1).fork(`meter-${i}`)
        return `${fork.nextBits()} ${fork.nextBits()}`
    })
    expect(new Set(firsts).size).toBe(16_000)
})

test("whole numbers reach every value below the limit about equally often", () => {
    const random = new Random(3)
    const counts = [0, 0, 0, 0, 0]
    for (let i = 0; i < 50_000; i++) counts[random.nextInt(5)]++
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400)
})

test.each([
    ["drawn in turn", (random: Random) => () => random.gaussian()],
    ["of an instant", () => (i: number) => gaussianAt(77, i * 25)],
])("noise %s has mean 0 and deviation 1", (_name, make) => {
    const next = make(new Random(9))
    const values = Array.from({ length: 50_000 }, (_, i) => next(i))
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const square = values.reduce((sum, value) => sum + value * value, 0) / values.length
    expect(Math.abs(mean)).toBeLessThan(0.02)
    expect(Math.abs(square - 1)).toBeLessThan(0.03)
})

test("noise of neighbouring instants is not related, also beyond 2^32 us", () => {
    for (const fromMs of [0, 5_000_000]) {
        const values = Array.from({ length: 20_000 }, (_, i) => gaussianAt(3, fromMs + i / 1000))
        const product = values.slice(1).reduce((sum, value, i) => sum + value * values[i], 0)
        expect(Math.abs(product / values.length)).toBeLessThan(0.03)
    }
})
