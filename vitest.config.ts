import { defineConfig } from "vitest/config"

// biome-ignore lint/style/noDefaultExport: vitest reads it so
export default defineConfig({
    test: {
        include: ["test/**/*.test.ts"],
        // two cores: more workers would only wait for each other
        maxWorkers: 2,
        testTimeout: 30_000,
        hookTimeout: 60_000,
    },
})
