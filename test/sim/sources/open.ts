import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { onTestFinished } from "vitest"
import { Random } from "../../../sim/random.js"
import { openSource, type Source, type SourceOptions } from "../../../sim/sources/source.js"
import { sourceSchema } from "../../../sim/sources/source-schema.js"

/** A source of a plain JSON spec, with everything else given a usual value. */
export function open(spec: object, options: Partial<SourceOptions> = {}): Source {
    return openSource(sourceSchema.parse(spec), {
        kind: "light",
        durationMs: 3_600_000,
        baseDir: ".",
        random: new Random(1),
        startUnixMs: Date.UTC(2024, 2, 20),
        ...options,
    })
}

/** Writes a file that is gone after the test; a name that ends in .gz is compressed. */
export function tempFile(name: string, content: string | Buffer): string {
    const folder = mkdtempSync(join(tmpdir(), "meterbeat-"))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const file = join(folder, name)
    const isPlainText = typeof content === "string" && !name.endsWith(".gz")
    writeFileSync(file, isPlainText || typeof content !== "string" ? content : gzipSync(content))
    return file
}

/** The signal at a fixed step from 0. */
export function sample(source: Source, stepMs: number, untilMs: number): number[] {
    const levels: number[] = []
    for (let i = 0; i * stepMs < untilMs; i++) levels.push(source.signalAt(i * stepMs))
    return levels
}

/** Changes from `from` to the other level. */
export function countChanges(levels: number[], from: number): number {
    return levels.filter((level, i) => i > 0 && levels[i - 1] === from && level !== from).length
}
