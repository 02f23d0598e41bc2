import type { MainsSlot } from "../../src/wire/mains-slots.js"

/** 2,300 W at 230 V and 10 A for 5 s. */
export const KETTLE_SLOT: MainsSlot = {
    energyIn: 31944,
    energyOut: 0,
    reactiveDvar: 120,
    voltageCv: 23000,
    currentMa: 10000,
    frequencyMhz: 49987,
    angleDdeg: 3,
    shareTenths: 120,
    isApparent: false,
}
