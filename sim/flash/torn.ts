import type { Random } from "../random.js"
import { PAGE_BYTES } from "./layout.js"
import { applyOperation, type FlashOperation } from "./operations.js"

const WORD_BYTES = 4
/** How far an operation has come in the states that are tried. */
const SHARES = [0, 0.5, 0.98]

/** A state of flash that a power cut can leave behind. */
export interface TornState {
    /** Such as "value at 32752: 50 %". */
    name: string
    flash: Buffer
}

/**
 * Leaves an operation where a power cut at a share of its time leaves it: words that are programmed,
 * one of which a part of the bits is, or a page in which a part of the bits has risen.
 */
export function tearOperation(
    flash: Buffer,
    operation: FlashOperation,
    share: number,
    random: Random
): void {
    if (operation.kind === "erase") {
        for (let i = 0; i < PAGE_BYTES; i++) flash[operation.at + i] |= someBits(share, random)
        return
    }
    const { at, bytes } = operation
    const doneBytes = Math.floor((share * bytes.length) / WORD_BYTES) * WORD_BYTES
    bytes.forEach((byte, i) => {
        if (i < doneBytes) flash[at + i] &= byte
        else if (i < doneBytes + WORD_BYTES) flash[at + i] &= byte | someBits(0.5, random)
    })
}

/** Eight bits, each set with the given chance. */
function someBits(chance: number, random: Random): number {
    let bits = 0
    for (let bit = 1; bit < 256; bit *= 2) if (random.next() < chance) bits |= bit
    return bits
}

/** Every torn state on the way through the operations: between each two, and within each. */
export function* tornStates(
    before: Buffer,
    operations: FlashOperation[],
    random: Random
): Generator<TornState> {
    const reached = Buffer.from(before)
    for (const [i, operation] of operations.entries()) {
        if (i > 0) yield { name: `${nameOf(operation)}: not begun`, flash: Buffer.from(reached) }
        for (const share of SHARES) {
            const flash = Buffer.from(reached)
            tearOperation(flash, operation, share, random)
            yield { name: `${nameOf(operation)}: ${share * 100} %`, flash }
        }
        applyOperation(reached, operation)
    }
}

function nameOf(operation: FlashOperation): string {
    const what = operation.kind === "erase" ? "erase" : operation.what
    return `${what} at ${operation.at}`
}
