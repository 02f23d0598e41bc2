import { copyFileSync, existsSync, rmSync } from "node:fs"
import { join } from "node:path"

const FILES = ["", "-wal"]

/** The files of a database, which after each crash lives on in a copy. */
export class DatabaseFiles {
    /** Crashes so far. */
    generation = 0

    constructor(private readonly dir: string) {}

    file(generation = this.generation): string {
        return join(this.dir, `soak-${generation}.db`)
    }

    /** Takes the files as they are at this moment, whatever is under way. */
    copy(): void {
        for (const end of FILES) {
            const from = this.file() + end
            if (existsSync(from)) copyFileSync(from, this.file(this.generation + 1) + end)
        }
    }

    /** From now on the copy is the database. */
    moveOn(): void {
        for (const end of [...FILES, "-shm"]) rmSync(this.file() + end, { force: true })
        this.generation++
    }
}
