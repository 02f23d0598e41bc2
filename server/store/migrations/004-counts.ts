export const COUNTS = {
    name: "004-counts",
    sql: `
-- slots known one by one, by number since power-up, with the count since boot at both ends;
-- numbers below 0 are reports of version 1, sequence - 2^32, whose counts are not kept here
CREATE TABLE coverage (
    boot INTEGER NOT NULL REFERENCES boots (id),
    channel INTEGER NOT NULL REFERENCES channels (id),
    first INTEGER NOT NULL,
    end_ INTEGER NOT NULL CHECK (end_ > first),
    count_first INTEGER NOT NULL,
    count_end INTEGER NOT NULL CHECK (count_end >= count_first),
    start_s INTEGER,
    end_s INTEGER,
    PRIMARY KEY (boot, channel, first)
) STRICT, WITHOUT ROWID;
INSERT INTO coverage
    SELECT boot, channel, first - 4294967296, last - 4294967295, 0, 0, NULL, NULL
    FROM seq_ranges;
DROP TABLE seq_ranges;

-- first, count_first, count_end: as in coverage; NULL, like boot, for slots of version 1.
-- cell_s: length in seconds as the device made it; count: NULL where nothing was sampled
ALTER TABLE coarse_slots RENAME TO old_coarse_slots;
CREATE TABLE coarse_slots (
    id INTEGER PRIMARY KEY,
    channel INTEGER NOT NULL REFERENCES channels (id),
    start_s INTEGER NOT NULL,
    seconds INTEGER NOT NULL,
    count INTEGER CHECK (count >= 0),
    boot INTEGER REFERENCES boots (id),
    first INTEGER,
    count_first INTEGER,
    count_end INTEGER,
    cell_s INTEGER NOT NULL
) STRICT;
INSERT INTO coarse_slots (channel, start_s, seconds, count, cell_s)
    SELECT channel, start_s, seconds, count, seconds FROM old_coarse_slots;
DROP TABLE old_coarse_slots;
CREATE INDEX coarse_slots_by_time ON coarse_slots (channel, start_s);
CREATE UNIQUE INDEX coarse_slots_by_number ON coarse_slots (boot, channel, first);

-- what an earlier version could not place is not known by boot
ALTER TABLE boot_counts ADD COLUMN placed_count INTEGER NOT NULL DEFAULT 0;
UPDATE boot_counts SET placed_count = count_since_boot;

-- reports whose counts are known and whose slots have no place, and why
CREATE TABLE unplaced_reports (
    boot INTEGER NOT NULL REFERENCES boots (id),
    channel INTEGER NOT NULL REFERENCES channels (id),
    first INTEGER NOT NULL,
    end_ INTEGER NOT NULL,
    count_first INTEGER NOT NULL,
    count_end INTEGER NOT NULL,
    start_s INTEGER,
    reason TEXT NOT NULL CHECK (reason IN ('not_dated', 'clock_ahead', 'count_went_back')),
    PRIMARY KEY (boot, channel, first, end_)
) STRICT, WITHOUT ROWID;

-- the boot of the device's last hello
ALTER TABLE devices ADD COLUMN boot INTEGER REFERENCES boots (id);
`,
}
