const TWO_POW_32 = 4294967296

/** Seeded random numbers (xoshiro128**): the same seed gives the same numbers on every machine. */
export class Random {
    private a: number
    private b: number
    private c: number
    private d: number
    private spare: number | undefined = undefined

    /** Both numbers are taken modulo 2^32. */
    constructor(
        private readonly seed: number,
        private readonly stream = 0
    ) {
        this.a = hash32(seed, stream)
        this.b = hash32(stream, this.a)
        this.c = hash32(this.a, this.b)
        // An all-zero state would stay zero for ever.
        this.d = hash32(this.b, this.c) | 1
    }

    /** 32 random bits. */
    nextBits(): number {
        const rolled = Math.imul(this.b, 5)
        const result = Math.imul((rolled << 7) | (rolled >>> 25), 9)
        const shifted = this.b << 9
        this.c ^= this.a
        this.d ^= this.b
        this.b ^= this.c
        this.a ^= this.d
        this.c ^= shifted
        this.d = (this.d << 11) | (this.d >>> 21)
        return result >>> 0
    }

    /** At least 0, below 1. */
    next(): number {
        return this.nextBits() / TWO_POW_32
    }

    /** A whole number from 0 to `n - 1`. */
    nextInt(n: number): number {
        return Math.floor(this.next() * n)
    }

    /** A number from `low` up to, not including, `high`. */
    between(low: number, high: number): number {
        return low + this.next() * (high - low)
    }

    /** Normally distributed: mean 0, standard deviation 1. */
    gaussian(): number {
        const spare = this.spare
        this.spare = undefined
        if (spare !== undefined) return spare
        const radius = Math.sqrt(-2 * Math.log(1 - this.next()))
        const angle = 2 * Math.PI * this.next()
        this.spare = radius * Math.sin(angle)
        return radius * Math.cos(angle)
    }

    /** An independent generator that depends on the seed and the label, not on what was drawn so far. */
    fork(label: string): Random {
        let seed = hash32(this.seed, label.length + 1)
        let stream = hash32(this.stream, seed)
        for (let i = 0; i < label.length; i++) {
            seed = hash32(seed, label.charCodeAt(i))
            stream = hash32(stream, seed)
        }
        return new Random(seed, stream)
    }
}

/** Mixes two 32-bit numbers into one. */
export function hash32(a: number, b: number): number {
    let h = Math.imul(a ^ 0x3c6ef372, 0x9e3779b1)
    h = Math.imul(h ^ (h >>> 15) ^ b, 0x85ebca77)
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae3d)
    h = Math.imul(h ^ (h >>> 16), 0x27d4eb2f)
    return (h ^ (h >>> 15)) >>> 0
}

/** Noise from -1 to 1, each value as likely, that belongs to an instant (1 us grain). */
export function uniformAt(key: number, atMs: number): number {
    const atUs = Math.floor(atMs * 1000)
    const bits = hash32(hash32(key, Math.floor(atUs / TWO_POW_32)), atUs >>> 0)
    return (2 * bits) / TWO_POW_32 - 1
}

/** Normally distributed noise that belongs to an instant (1 us grain), whoever asks and how often. */
export function gaussianAt(key: number, atMs: number): number {
    const atUs = Math.floor(atMs * 1000)
    const first = hash32(hash32(key, Math.floor(atUs / TWO_POW_32)), atUs >>> 0)
    const second = hash32(first, key)
    const radius = Math.sqrt(-2 * Math.log((first + 1) / TWO_POW_32))
    return radius * Math.cos((2 * Math.PI * second) / TWO_POW_32)
}
