/** Are two values of objects, arrays, numbers and strings equal all the way down? Runs on the device too. */
export function isSame(a: unknown, b: unknown): boolean {
    if (a === b) return true
    if (typeof a !== "object" || typeof b !== "object" || !a || !b) return false
    if (Array.isArray(a) !== Array.isArray(b)) return false
    const left = a as Record<string, unknown>
    const right = b as Record<string, unknown>
    if (Array.isArray(a) && Array.isArray(b)) {
        if (a.length !== b.length) return false
        for (let i = 0; i < a.length; i++) if (!isSame(a[i], b[i])) return false
        return true
    }
    const keys = Object.keys(left)
    for (const key of keys) if (!isSame(left[key], right[key])) return false
    return keys.length === Object.keys(right).length
}
