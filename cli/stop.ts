/** A Ctrl-C under npm comes twice, from the terminal and from npm: the two are one. */
const SAME_CTRL_C_MS = 500

/** Resolves at the first Ctrl-C or termination; a later one ends the process at once. */
export function onceStopped(): Promise<void> {
    return new Promise(resolve => {
        const ignore = () => undefined
        for (const signal of ["SIGINT", "SIGTERM"] as const)
            process.once(signal, () => {
                process.on(signal, ignore)
                setTimeout(() => process.off(signal, ignore), SAME_CTRL_C_MS).unref()
                resolve()
            })
    })
}
