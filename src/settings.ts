import { settings as flash } from "@devicescript/settings"
import { readFlash } from "./flash.js"
import { builtInSettings, decodeSettings, SETTINGS_KEY, type Settings } from "./wire/settings.js"
import { type BoardPinCounts, validateSettings } from "./wire/settings-rules.js"

/** The settings in flash: checked when they come from the server, and again at every boot. */
export class StoredSettings {
    /** Version in force; 0 is what is built in. */
    version = 0

    constructor(private readonly board: BoardPinCounts) {}

    /** Those in flash; the built-in ones when there are none, or none that this board can do. */
    async load(): Promise<Settings> {
        const bytes = await readFlash(SETTINGS_KEY)
        if (!bytes) return builtInSettings()
        const found = this.check(bytes)
        if (typeof found === "string") {
            console.log(`${found}; counting on the built-in channels`)
            return builtInSettings()
        }
        this.version = found.version
        return found
    }

    /** Keeps settings from the server. Returns the reason instead when they are refused, and changes nothing. */
    async take(bytes: Buffer): Promise<Settings | string> {
        const found = this.check(bytes)
        if (typeof found === "string") return found
        await flash.set(SETTINGS_KEY, bytes)
        this.version = found.version
        return found
    }

    private check(bytes: Buffer): Settings | string {
        const found = decodeSettings(bytes)
        if (typeof found === "string") return found
        return validateSettings(found.channels, this.board) || found
    }
}
