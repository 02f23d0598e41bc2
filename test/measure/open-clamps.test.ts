import { expect, test } from "vitest"
import { OpenClamps } from "../../src/measure/open-clamps.js"

/** Currents in mA of each slot, one per clamp, and the channels that are told. */
interface Case {
    name: string
    /** Of each clamp. */
    phaseGroups: number[]
    slots: number[][]
    told: number[]
}

const LOADED = [2000, 3000, 4000]
const FIRST_GONE = [0, 3000, 4000]

const CASES: Case[] = [
    {
        name: "a clamp without current in three slots while its partners flow, once",
        phaseGroups: [1, 1, 1],
        slots: [LOADED, FIRST_GONE, FIRST_GONE, FIRST_GONE, FIRST_GONE, FIRST_GONE],
        told: [0],
    },
    {
        name: "it again after it has carried current in between",
        phaseGroups: [1, 1, 1],
        slots: [LOADED, ...Array(3).fill(FIRST_GONE), LOADED, ...Array(3).fill(FIRST_GONE)],
        told: [0, 0],
    },
    {
        name: "none that is empty for two slots only",
        phaseGroups: [1, 1, 1],
        slots: [LOADED, FIRST_GONE, FIRST_GONE, LOADED, FIRST_GONE, FIRST_GONE, LOADED],
        told: [],
    },
    {
        name: "none that never carried a load",
        phaseGroups: [1, 1, 1],
        slots: Array(6).fill(FIRST_GONE),
        told: [],
    },
    {
        name: "none while a partner is empty too: the load is off",
        phaseGroups: [1, 1, 1],
        slots: [LOADED, ...Array(6).fill([0, 0, 4000])],
        told: [],
    },
    {
        name: "none without partners",
        phaseGroups: [0, 0, 1],
        slots: [LOADED, ...Array(6).fill([0, 3000, 0])],
        told: [],
    },
    {
        name: "clamps of two groups one after the other",
        phaseGroups: [1, 1, 2, 2],
        slots: [[2000, 2000, 2000, 2000], ...Array(5).fill([0, 2000, 2000, 0])],
        told: [0, 3],
    },
]

test.each(CASES)("tells $name", ({ phaseGroups, slots, told }) => {
    const clamps = phaseGroups.map((phaseGroup, channel) => ({
        channel,
        phaseGroup,
        measure: { lastCurrentMa: 0 },
    }))
    const openClamps = new OpenClamps(clamps)
    const found: number[] = []
    for (const currentsMa of slots) {
        for (const [at, currentMa] of currentsMa.entries())
            clamps[at].measure.lastCurrentMa = currentMa
        const clamp = openClamps.check()
        if (clamp) found.push(clamp.channel)
    }
    expect(found).toEqual(told)
})
