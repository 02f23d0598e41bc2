import {
    type Channel,
    isClampKind,
    KIND_CHIP,
    KIND_MAGNET,
    KIND_MAINS,
    KIND_PULSE,
} from "./channels.js"

/** As measured: what detectors of analog signals and circuits keep. */
const DETECTOR_BYTES = 600
/** As measured: what bursts are read into, and what goes with that. */
const BURSTS_BYTES = 3000
/** As measured: a chip beside its circuits. */
const CHIP_BYTES = 400
/** Heap that waiting reports may take, of the runtime's 64 kB, beside channels that need little. */
export const OUTBOX_BYTES = 12000
/** With less, reports are soon lost while the link is down. */
const LEAST_OUTBOX_BYTES = 3000

/** Heap that channels take beyond what as many contacts do, and that the outbox has to leave. */
export function heapBytes(channels: Channel[]): number {
    let bytes = 0
    let hasMains = false
    const chips: number[] = []
    for (const channel of channels) {
        const { kind, fields } = channel
        if (!channel.isEnabled) continue
        if (isClampKind(kind) || isAnalog(kind, fields)) bytes += DETECTOR_BYTES
        if (kind === KIND_MAINS) hasMains = true
        if (kind === KIND_CHIP && chips.indexOf(fields["chip"]) < 0) chips.push(fields["chip"])
    }
    return bytes + (hasMains ? BURSTS_BYTES : 0) + chips.length * CHIP_BYTES
}

/** Why channels leave the device too little memory; undefined if they do not. */
export function heapProblem(channels: Channel[]): string | undefined {
    const missing = heapBytes(channels) + LEAST_OUTBOX_BYTES - OUTBOX_BYTES
    if (missing <= 0) return undefined
    const count = Math.ceil(missing / DETECTOR_BYTES)
    return `settings: these channels leave too little memory: remove ${count}, not counting contacts`
}

function isAnalog(kind: number, fields: Record<string, number>): boolean {
    return kind !== KIND_PULSE && !(kind === KIND_MAGNET && fields["isDigital"] === 1)
}
