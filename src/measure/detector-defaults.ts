/*
 * What a detector is made with unless somebody chose otherwise. A device has these from its channels'
 * fields, so nothing of the firmware imports this file.
 */

import type { ContactOptions } from "./contact-detector.js"
import type { DiscOptions } from "./disc-detector.js"
import type { LightOptions } from "./light-flash.js"

/** A meter's LED flashes for 25 to 100 ms; what can be counted is for the noise to say. */
export const LIGHT_DEFAULTS: LightOptions = {
    minThresholdMv: 150,
    maxThresholdMv: 3500,
    minRatioPercent: 105,
    longestMs: 200,
}

export const DISC_DEFAULTS: DiscOptions = { isPeak: 2, shortestMs: 10 }

/** S0, open collector or 555 output: two polls in a row. */
export const PULSE_DEFAULTS: ContactOptions = {
    edge: 0,
    isInverted: false,
    shortestHighMs: 10,
    shortestLowMs: 10,
    calmMs: 0,
}
