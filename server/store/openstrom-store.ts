import type { MainsSlot } from "../../src/wire/mains-slots.js"
import type { ReadingsResult } from "./foreign-store.js"

/** A slot of any length in multiples of 5 s, at an absolute time on such a multiple. */
export interface MainsReading {
    startS: number
    seconds: number
    slot: MainsSlot
}

interface ChannelReadings {
    channelId: number
    readings: MainsReading[]
}

export interface Relay {
    /** From 1. */
    number: number
    /** Null while nobody wants any state. */
    isWantedOn: boolean | null
    wantedMs: number | null
    /** What the device told last; null before it told. */
    isOn: boolean | null
    toldMs: number | null
}

/** Circuits and relays of OpenStrom devices. */
export interface OpenstromStore {
    /** Returns its id. Throws AppError `conflict` when the serial number is taken. */
    addOpenstromDevice(device: { serial: string; name: string; homeId: number }): string
    /**
     * Stores each 5 s of mains channels once, in any order, with sums and totals, all in one transaction;
     * what is stored first stays. Time whose detail may be deleted already is `known`. One result each.
     */
    storeMainsReadings(channels: ChannelReadings[], nowMs: number): ReadingsResult[]
    /** Those that somebody wanted something of, or that the device told of; by number. */
    relays(deviceId: string): Relay[]
    /** Null leaves the relay to the device. */
    saveWantedRelay(deviceId: string, number: number, isOn: boolean | null, nowMs: number): void
    saveToldRelays(
        deviceId: string,
        relays: { number: number; isOn: boolean }[],
        nowMs: number
    ): void
}
