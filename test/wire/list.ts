/** So many of what is made, one after the other. */
export function list<T>(count: number, make: () => T): T[] {
    return Array.from({ length: count }, make)
}
