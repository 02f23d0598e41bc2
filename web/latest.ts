/** Runs tasks so that only the newest one counts. */
export interface Latest {
    /** Waits until no newer task came for `delayMs`, aborts the one under way, then runs. */
    run<T>(delayMs: number, task: (signal: AbortSignal) => Promise<T>, handlers: Handlers<T>): void
    close(): void
}

interface Handlers<T> {
    onDone(result: T): void
    onError(error: unknown): void
}

/** A task that was overtaken is told through its signal, and neither of its handlers is called. */
export function createLatest(): Latest {
    let timer: ReturnType<typeof setTimeout> | undefined
    let running: AbortController | undefined

    function close() {
        clearTimeout(timer)
        running?.abort()
    }
    return {
        run(delayMs, task, { onDone, onError }) {
            clearTimeout(timer)
            timer = setTimeout(() => {
                running?.abort()
                const controller = new AbortController()
                running = controller
                const isLatest = () => !controller.signal.aborted
                task(controller.signal).then(
                    result => isLatest() && onDone(result),
                    error => isLatest() && onError(error)
                )
            }, delayMs)
        },
        close,
    }
}
