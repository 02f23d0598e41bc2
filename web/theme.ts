export type Theme = "auto" | "light" | "dark"

const KEY = "meterbeat-theme"
const THEMES: Theme[] = ["auto", "light", "dark"]

/** The theme the reader chose before; "auto" follows the system. */
export function loadTheme(storage: { getItem(key: string): string | null }): Theme {
    const kept = storage.getItem(KEY)
    return THEMES.find(theme => theme === kept) ?? "auto"
}

interface Keep {
    setItem(key: string, value: string): void
}

export function saveTheme(storage: Keep, theme: Theme): void {
    storage.setItem(KEY, theme)
}

export function nextTheme(theme: Theme): Theme {
    return THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length]
}
