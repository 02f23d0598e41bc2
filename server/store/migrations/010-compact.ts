import type { Database } from "better-sqlite3"
import { MinuteHour } from "../minute-hour.js"
import { narrowed } from "../slot-hour.js"

export const COMPACT = {
    name: "010-compact",
    prepare(db: Database): void {
        db.function("narrowed", { deterministic: true }, counts => narrowed(counts as Buffer))
        // seconds into the hour, count and covered seconds of each minute, in one list
        db.function("packed_minutes", { deterministic: true }, list => {
            const hour = new MinuteHour()
            for (const minute of String(list).split(" ")) {
                const [inHourS, count, coveredS] = minute.split(",").map(Number)
                hour.add(inHourS, count, coveredS)
            }
            return hour.encode()
        })
    },
    sql: `
-- counts: 720 slots of 5 s, one byte each, 0xff where nothing was sampled; or, once one has 255 or more,
-- two bytes each little-endian, 0xffff where nothing was sampled
ALTER TABLE slot_hours RENAME TO wide_slot_hours;
CREATE TABLE slot_hours (
    channel INTEGER NOT NULL REFERENCES channels (id),
    hour INTEGER NOT NULL,
    counts BLOB NOT NULL CHECK (length(counts) IN (720, 1440)),
    PRIMARY KEY (channel, hour)
) STRICT;
INSERT INTO slot_hours
    SELECT channel, hour, narrowed(counts) FROM wide_slot_hours ORDER BY rowid;
DROP TABLE wide_slot_hours;

-- sums of 60 minutes: of each seconds covered and count, both as zigzag varints. In the order of time, as
-- are slot_hours, so that what devices write at one time is written side by side
CREATE TABLE minute_hours (
    channel INTEGER NOT NULL REFERENCES channels (id),
    hour INTEGER NOT NULL,
    sums BLOB NOT NULL,
    PRIMARY KEY (channel, hour)
) STRICT;
INSERT INTO minute_hours
    SELECT channel, start_s / 3600,
        packed_minutes(group_concat((start_s % 3600) || ',' || count || ',' || covered_s, ' '))
    FROM sums WHERE seconds = 60
    GROUP BY start_s / 3600, channel;
DELETE FROM sums WHERE seconds = 60;
`,
}
