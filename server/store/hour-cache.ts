/** Hours kept in memory between transactions, some 1 kB each at most. */
const MAX_HOURS = 8192

/** An hour of a channel, by its number since 1970, as a table holds it or shall hold it. */
export interface CachedHour<Content> {
    readonly channel: number
    readonly hour: number
    content: Content
    isChanged: boolean
}

/** How an hour comes from its table and goes back; one that is not there yet is empty. */
export interface HourTable<Content> {
    read(channel: number, hour: number): Content
    write(channel: number, hour: number, content: Content): void
}

/** Remembers hours of channels, so that each is read once, and written once in a transaction. */
export class HourCache<Content> {
    private readonly hours = new Map<number, CachedHour<Content>>()
    private readonly changed: CachedHour<Content>[] = []

    constructor(private readonly table: HourTable<Content>) {}

    of(channel: number, hour: number): CachedHour<Content> {
        const key = channel * 2 ** 24 + hour
        const known = this.hours.get(key)
        if (known) return known
        const content = this.table.read(channel, hour)
        const found = { channel, hour, content, isChanged: false }
        this.hours.set(key, found)
        return found
    }

    /** To be called when the content of an hour is another than in the table. */
    noteChange(hour: CachedHour<Content>): void {
        if (hour.isChanged) return
        hour.isChanged = true
        this.changed.push(hour)
    }

    flush(): void {
        for (const entry of this.changed) {
            this.table.write(entry.channel, entry.hour, entry.content)
            entry.isChanged = false
        }
        this.changed.length = 0
        if (this.hours.size > MAX_HOURS) this.hours.clear()
    }

    forget(): void {
        this.hours.clear()
        this.changed.length = 0
    }
}
