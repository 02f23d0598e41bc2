/** What the server packs into one row for an hour, read with no line of the server's own. */

const SLOTS = 720
const MINUTES = 60
const EMPTY = 0xffff

/** The 720 counts of an hour, SLOT_EMPTY where there is none: of one byte each, or of two. */
export function unpackSlots(counts: Buffer): Uint16Array {
    if (counts.length !== SLOTS)
        return Uint16Array.from({ length: SLOTS }, (_, at) => counts.readUInt16LE(2 * at))
    return Uint16Array.from(counts, count => (count === 0xff ? EMPTY : count))
}

/** The sums of an hour's minutes in which something is held. */
export function unpackMinutes(
    hour: number,
    sums: Buffer
): { seconds: number; startS: number; count: number; coveredS: number }[] {
    let at = 0
    const next = () => {
        let value = 0n
        let shift = 0n
        for (; sums[at] >= 128; shift += 7n) value |= BigInt(sums[at++] & 127) << shift
        value |= BigInt(sums[at++]) << shift
        return Number(value & 1n ? -(value >> 1n) - 1n : value >> 1n)
    }
    return Array.from({ length: MINUTES }, (_, minute) => {
        const coveredS = next()
        return { seconds: 60, startS: hour * 3600 + minute * 60, count: next(), coveredS }
    }).filter(({ count, coveredS }) => count !== 0 || coveredS !== 0)
}
