import { SingleBar } from "cli-progress"

const SHOW_AFTER_MS = 2000

export interface Progress {
    update(value: number): void
    stop(): void
}

/** A bar for work that takes more than two seconds, on a terminal only. */
export function startProgress(what: string, total: number, unit: string): Progress {
    if (!process.stderr.isTTY) return { update: () => undefined, stop: () => undefined }
    const startMs = performance.now()
    const bar = new SingleBar({
        format: `${what} {bar} {value}/{total} ${unit}, {eta_formatted} left`,
        hideCursor: true,
    })
    let isShown = false
    return {
        update: value => {
            if (!isShown && performance.now() - startMs > SHOW_AFTER_MS) {
                isShown = true
                bar.start(Math.round(total), 0)
            }
            if (isShown) bar.update(Math.round(value))
        },
        stop: () => bar.stop(),
    }
}
