import type { Database } from "better-sqlite3"
import type { ChannelInfo, Store } from "./store.js"

export const CHANNEL_COLUMNS =
    "id, device_id AS deviceId, number, name, kind, type, per_pulse AS perPulse"

type ChannelQueries = Pick<Store, "channels" | "channel" | "updateChannel">

export function channelQueries(db: Database): ChannelQueries {
    const all = db.prepare<[], ChannelInfo>(`SELECT ${CHANNEL_COLUMNS} FROM channels ORDER BY id`)
    const one = db.prepare<[number], ChannelInfo>(
        `SELECT ${CHANNEL_COLUMNS} FROM channels WHERE id = ?`
    )
    const update = db.prepare(
        "UPDATE channels SET name = @name, type = @type, per_pulse = @perPulse WHERE id = @id"
    )
    return {
        channels: () => all.all(),
        channel: id => one.get(id),
        updateChannel(id, change) {
            const channel = one.get(id)
            if (!channel) return undefined
            const changed = { ...channel, ...change }
            update.run(changed)
            return changed
        },
    }
}
