import { svelte } from "@sveltejs/vite-plugin-svelte"
import { defineConfig } from "vite"

// vitest reads this file too, but its tests live beside web/, not in it
const isTest = process.env["VITEST"] !== undefined

// biome-ignore lint/style/noDefaultExport: Vite reads its settings from the default export
export default defineConfig({
    root: isTest ? "." : "web",
    plugins: isTest ? [] : [svelte({ configFile: false })],
    build: {
        outDir: "../built/web",
        emptyOutDir: true,
        target: "es2022",
        // the page's content security policy refuses data: URLs
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
    },
    server: { proxy: { "/api": "http://127.0.0.1:8087" } },
})
