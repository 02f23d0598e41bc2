import { fieldsOf } from "./channel-fields.js"

/** Input kinds that this firmware knows; a channel names its kind by index. */
export const CHANNEL_KINDS = ["light", "pulse", "disc", "magnet", "mains", "chip"]

export const KIND_LIGHT = 0
export const KIND_PULSE = 1
export const KIND_DISC = 2
export const KIND_MAGNET = 3
export const KIND_MAINS = 4
export const KIND_CHIP = 5

/** One input of a device. */
export interface Channel {
    /** Index into CHANNEL_KINDS. */
    kind: number
    /** A channel that is off keeps its number, its pin and its history. */
    isEnabled: boolean
    /** By the names in channel-fields.ts. */
    fields: Record<string, number>
}

/** A channel of a kind as it is unless somebody chose otherwise, with `pin` where it has one. */
export function standardChannel(kind: number, pin: number): Channel {
    const fields: Record<string, number> = {}
    for (const field of fieldsOf(kind)) fields[field.name] = field.standard
    if (kind !== KIND_CHIP) fields["pin"] = pin
    return { kind, isEnabled: true, fields }
}

/** Does it measure power through a clamp? Every other kind counts pulses. */
export function isClampKind(kind: number): boolean {
    return kind === KIND_MAINS || kind === KIND_CHIP
}
