/** Resolves at the first Ctrl-C or termination; a second one ends the process at once. */
export function onceStopped(): Promise<void> {
    return new Promise(resolve => {
        for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve())
    })
}
