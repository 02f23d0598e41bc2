import { decodeSettings, encodeSettings } from "../../src/wire/settings.js"
import { validateSettings } from "../../src/wire/settings-rules.js"
import { GOOD_SETTINGS, MANY_PINS } from "./settings-vectors.js"

const SHORT_BYTES = 40
const LONGEST_BYTES = 228

/** Feeds settings frames, random and damaged, to what a device does with them. Runs on both sides. */
export class SettingsFuzz {
    /** Frames that were valid, and those that were refused with a reason. */
    accepted = 0
    refused = 0
    /** A frame that was neither, as hex; undefined while there is none. */
    failure: string | undefined = undefined
    private state = 20260303
    private readonly good: Buffer[] = []

    /** Encodes one of those to be damaged; false once it has all. One at a time: a device has to pause. */
    prepare(): boolean {
        const entry = GOOD_SETTINGS[this.good.length]
        if (!entry) return false
        this.good.push(encodeSettings({ version: 9, channels: entry.channels(), flashMinutes: 10 }))
        return true
    }

    /** One frame: every second one made of noise, the others of good settings with bytes changed. */
    next(): void {
        const frame = this.random(2) === 0 ? this.noise() : this.damaged()
        const settings = decodeSettings(frame)
        const reason =
            typeof settings === "string" ? settings : validateSettings(settings.channels, MANY_PINS)
        if (reason !== undefined) {
            this.refused++
            if (reason.length < 10) this.failure = frame.toString("hex")
            return
        }
        this.accepted++
        if (this.accepted % 10 > 0) return
        // what is in force goes to flash: it must come back from there as it is
        if (typeof settings === "string" || !isAgain(encodeSettings(settings), frame))
            this.failure = frame.toString("hex")
    }

    private noise(): Buffer {
        const most = this.random(4) > 0 ? SHORT_BYTES : LONGEST_BYTES
        const frame = Buffer.alloc(this.random(most))
        // without a call for each byte, which costs a device more than the rest
        let state = this.state
        for (let i = 0; i < frame.length; i++) {
            state = state * 16807
            state = state - Math.floor(state / 2147483647) * 2147483647
            frame[i] = state & 255
        }
        this.state = state
        // most noise would end at its first byte
        if (frame.length > 6 && this.random(4) > 0) {
            frame[0] = 1
            frame[5] = 1 + this.random(16)
            frame[6] = this.random(6)
        }
        return frame
    }

    private damaged(): Buffer {
        // more of the small ones, which come first: a device takes long for the large ones
        const at = Math.min(this.random(this.good.length), this.random(this.good.length))
        const good = this.good[at]
        const frame = Buffer.alloc(good.length)
        for (let i = 0; i < good.length; i++) frame[i] = good[i]
        for (let hits = this.random(4); hits > 0; hits--)
            frame[this.random(frame.length)] = this.random(256)
        return this.random(8) === 0 ? frame.slice(0, this.random(frame.length)) : frame
    }

    /** Lehmer's generator: its products stay exact in a double. */
    private random(limit: number): number {
        const product = this.state * 16807
        this.state = product - Math.floor(product / 2147483647) * 2147483647
        return Math.floor((this.state / 2147483647) * limit)
    }
}

/** Do two frames say the same? Bits that fill up a channel's last byte say nothing. */
function isAgain(encoded: Buffer, frame: Buffer): boolean {
    const settings = decodeSettings(encoded)
    const before = decodeSettings(frame)
    if (typeof settings === "string" || typeof before === "string") return false
    if (encoded.length !== frame.length || settings.version !== before.version) return false
    for (let i = 0; i < before.channels.length; i++) {
        const fields = before.channels[i].fields
        const kept = settings.channels[i].fields
        for (const name of Object.keys(fields)) if (fields[name] !== kept[name]) return false
    }
    return true
}
