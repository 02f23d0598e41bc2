/** Where a Fluksometer's id has 32 digits, ours has 16: zeros go before it. */
export function fluksoIdOf(deviceId: string, known: { fluksoId: string } | undefined): string {
    return known?.fluksoId ?? deviceId.padStart(32, "0")
}

/** FL and eight digits, as on a Fluksometer's case; made up from the id where there are none. */
export function serialOf(deviceId: string, number: number | null): string {
    const digits = number ?? Number.parseInt(deviceId.slice(0, 8), 16) % 100_000_000
    return `FL${`${digits}`.padStart(8, "0")}`
}
