import { closeSync, existsSync, fsyncSync, openSync, renameSync } from "node:fs"
import { dirname } from "node:path"

/** Renames so that after a crash there is the old name or the new one, and a whole file. */
export function renameDurably(from: string, to: string): void {
    syncToDisk(from)
    renameSync(from, to)
    syncToDisk(dirname(to))
}

/** Moves the file if there is one. */
export function moveIfThere(from: string, to: string): void {
    if (existsSync(from)) renameSync(from, to)
}

/** Waits until a file, or a folder's names, are on the disk. */
export function syncToDisk(path: string): void {
    const handle = openSync(path, "r")
    try {
        fsyncSync(handle)
    } finally {
        closeSync(handle)
    }
}
