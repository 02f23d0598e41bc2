const MIN_CHARACTERS = 10

/** What is wrong with a new password; undefined when it will do. */
export function checkNewPassword(current: string, next: string): "tooShort" | "same" | undefined {
    if (next.length < MIN_CHARACTERS) return "tooShort"
    return next === current ? "same" : undefined
}
