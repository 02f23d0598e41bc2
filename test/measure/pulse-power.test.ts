import { expect, test } from "vitest"
import { pulsePowerW } from "../../src/measure/pulse-power.js"

test.each([
    ["1 Wh every 3.6 s is 1 kW", 1, 3600, 0, 1000],
    ["an overdue pulse lowers the power", 1, 3600, 7200, 500],
    ["a pulse that is not yet due changes nothing", 1, 3600, 3599, 1000],
    ["a finer meter has less energy in a pulse", 0.5, 3600, 0, 500],
    ["a clock that ran backwards changes nothing", 1, 3600, -50, 1000],
    ["no interval yet is no power", 1, 0, 500, undefined],
    ["a meter constant of nothing is no power", 0, 3600, 0, undefined],
])("%s", (_name, whPerPulse, intervalMs, sinceLastMs, powerW) => {
    expect(pulsePowerW(whPerPulse, intervalMs, sinceLastMs)).toBe(powerW)
})
