import {
    ENTRY_BYTES,
    type Entry,
    HALF_BYTES,
    HALVES,
    type Half,
    PAGE_BYTES,
    readHalf,
} from "./layout.js"

/** What flash hardware can do at once: erase a page of 4 kB, or clear bits of a stretch. */
export type FlashOperation =
    | { kind: "erase"; at: number }
    | {
          kind: "program"
          at: number
          bytes: Buffer
          what: Programmed
      }

type Programmed = "value" | "entry" | "header of a half" | "program"

/** Equal bytes between two that differ, up to which they were programmed in one go. */
const JOINED_GAP_BYTES = 32
/** A program's own header, whose rest the runtime writes when the program is complete. */
const IMAGE_HEADER_BYTES = 128

/**
 * The operations that the runtime made to get from one state to the next, in its order: a setting's
 * value before its entry; a compaction erases the other half, copies, and writes the header last.
 * Applied to `before` they give `after`, whatever lies between.
 */
export function operationsBetween(before: Buffer, after: Buffer): FlashOperation[] {
    const operations = HALVES.flatMap(base => operationsOfHalf(before, after, base))
    const reached = Buffer.from(before)
    for (const operation of operations) applyOperation(reached, operation)
    return [...operations, ...otherOperations(reached, after)]
}

/** Does the whole of an operation. */
export function applyOperation(flash: Buffer, operation: FlashOperation): void {
    if (operation.kind === "erase") flash.fill(0xff, operation.at, operation.at + PAGE_BYTES)
    else
        operation.bytes.forEach((byte, i) => {
            flash[operation.at + i] &= byte
        })
}

function operationsOfHalf(before: Buffer, after: Buffer, base: number): FlashOperation[] {
    const end = base + HALF_BYTES
    const [from, to] = [before.subarray(base, end), after.subarray(base, end)]
    if (from.equals(to)) return []
    const now = readHalf(after, base)
    if (!now) return []
    const old = readHalf(before, base)
    if (old && isContinued(old, now) && !needsErase(from, to))
        return now.entries
            .slice(old.entries.length)
            .flatMap(entry => [...erasesFor(entry), ...programsFor(after, entry)])
    return [
        ...pagesOf(base, HALF_BYTES),
        ...now.entries.flatMap(entry => programsFor(after, entry)),
        program(after, now.header.at, now.header.size, "header of a half"),
    ]
}

function isContinued(old: Half, now: Half): boolean {
    return old.generation === now.generation && old.entries.length <= now.entries.length
}

/** Bits rise by an erase only. */
function needsErase(old: Buffer, now: Buffer): boolean {
    return now.some((byte, i) => (byte & ~old[i]) !== 0)
}

/** A new program's pages are erased before its entry is written; a copied entry leaves them alone. */
function erasesFor({ isLarge, offset, size }: Entry): FlashOperation[] {
    return isLarge ? pagesOf(offset, size) : []
}

function pagesOf(from: number, size: number): FlashOperation[] {
    const pages: FlashOperation[] = []
    for (let at = from; at < from + size; at += PAGE_BYTES) pages.push({ kind: "erase", at })
    return pages
}

function programsFor(after: Buffer, { at, offset, size, isLarge }: Entry): FlashOperation[] {
    const entry = program(after, at, ENTRY_BYTES, "entry")
    return isLarge || size === 0 ? [entry] : [program(after, offset, size, "value"), entry]
}

function program(after: Buffer, at: number, size: number, what: Programmed): FlashOperation {
    return { kind: "program", at, bytes: Buffer.from(after.subarray(at, at + size)), what }
}

/** What the settings do not explain: the pages of a program, in the order in which it is written. */
function otherOperations(before: Buffer, after: Buffer): FlashOperation[] {
    const erases: FlashOperation[] = []
    const bodies: FlashOperation[] = []
    const headers: FlashOperation[] = []
    const imageStarts = HALVES.flatMap(base => readHalf(after, base)?.entries ?? [])
        .filter(({ isLarge }) => isLarge)
        .map(({ offset }) => offset)
    for (let page = 0; page < before.length; page += PAGE_BYTES) {
        const old = before.subarray(page, page + PAGE_BYTES)
        const now = after.subarray(page, page + PAGE_BYTES)
        if (old.equals(now)) continue
        const isErased = needsErase(old, now)
        if (isErased) erases.push({ kind: "erase", at: page })
        const from = isErased ? Buffer.alloc(PAGE_BYTES, 0xff) : old
        const headerBytes = imageStarts.includes(page) ? IMAGE_HEADER_BYTES : 0
        for (const [start, end] of stretches(from, now, 0, headerBytes))
            headers.push(program(after, page + start, end - start, "program"))
        for (const [start, end] of stretches(from, now, headerBytes, PAGE_BYTES))
            bodies.push(program(after, page + start, end - start, "program"))
    }
    return [...erases, ...bodies, ...headers]
}

/** Where two pages differ, from and to. */
function stretches(old: Buffer, now: Buffer, from: number, to: number): [number, number][] {
    const found: [number, number][] = []
    for (let i = from; i < to; i++) {
        if (old[i] === now[i]) continue
        const last = found.at(-1)
        if (last && i - last[1] <= JOINED_GAP_BYTES) last[1] = i + 1
        else found.push([i, i + 1])
    }
    return found
}
