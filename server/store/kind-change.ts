import { KIND_CHIP, KIND_MAINS } from "../../src/wire/channels.js"
import { ENERGY_UNIT_WH } from "../../src/wire/mains-slots.js"

// settings that still wait may have labelled the channel for a kind it does not have yet
const WAS_MAINS = `(channels.kind IN (${KIND_MAINS}, ${KIND_CHIP}))`

/** SQL that gives a channel @kind, and the type and constant that go with it; @isMains is 0 or 1. */
export const KIND_CHANGE = `kind = @kind,
    type = iif(@isMains > ${WAS_MAINS}, 'electricity', type),
    per_pulse = CASE
        WHEN @isMains > ${WAS_MAINS} THEN ${ENERGY_UNIT_WH}
        WHEN @isMains < ${WAS_MAINS} AND per_pulse = ${ENERGY_UNIT_WH} THEN 1
        ELSE per_pulse END`
