import { loadTheme, nextTheme, saveTheme, type Theme } from "./theme.js"

const systemDark = matchMedia("(prefers-color-scheme: dark)")

class ThemeState {
    chosen: Theme = $state(loadTheme(localStorage))
    private isSystemDark = $state(systemDark.matches)
    readonly shown = $derived(
        this.chosen === "auto" ? (this.isSystemDark ? "dark" : "light") : this.chosen
    )

    constructor() {
        systemDark.addEventListener("change", event => {
            this.isSystemDark = event.matches
            this.apply()
        })
        this.apply()
    }

    next(): void {
        this.chosen = nextTheme(this.chosen)
        saveTheme(localStorage, this.chosen)
        this.apply()
    }

    private apply(): void {
        document.documentElement.dataset["theme"] = this.shown
    }
}

/** The page's colours, by the system or as the reader chose. */
export const theme = new ThemeState()
