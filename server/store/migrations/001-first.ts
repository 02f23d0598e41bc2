export const FIRST = {
    name: "001-first",
    sql: `
CREATE TABLE devices (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    sealed_key BLOB NOT NULL,
    board TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE boots (
    id INTEGER PRIMARY KEY,
    device_id TEXT NOT NULL REFERENCES devices (id),
    boot_id INTEGER NOT NULL,
    uptime_base_ms INTEGER,
    UNIQUE (device_id, boot_id)
) STRICT;

CREATE TABLE channels (
    id INTEGER PRIMARY KEY,
    device_id TEXT NOT NULL REFERENCES devices (id),
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    kind INTEGER NOT NULL,
    type TEXT NOT NULL DEFAULT 'electricity' CHECK (type IN ('electricity', 'gas', 'water')),
    per_pulse REAL NOT NULL DEFAULT 1 CHECK (per_pulse > 0),
    total_count INTEGER NOT NULL DEFAULT 0,
    placed_count INTEGER NOT NULL DEFAULT 0,
    last_slot_end_ms INTEGER,
    last_pulse_ms INTEGER,
    last_interval_ms INTEGER,
    quality INTEGER,
    rejected INTEGER,
    late_ticks INTEGER,
    UNIQUE (device_id, number)
) STRICT;

CREATE TABLE boot_counts (
    boot INTEGER NOT NULL REFERENCES boots (id),
    channel INTEGER NOT NULL REFERENCES channels (id),
    count_since_boot INTEGER NOT NULL,
    PRIMARY KEY (boot, channel)
) STRICT, WITHOUT ROWID;

CREATE TABLE seq_ranges (
    boot INTEGER NOT NULL REFERENCES boots (id),
    channel INTEGER NOT NULL REFERENCES channels (id),
    first INTEGER NOT NULL,
    last INTEGER NOT NULL CHECK (last >= first),
    PRIMARY KEY (boot, channel, first)
) STRICT, WITHOUT ROWID;

-- counts: 720 slots of 5 s as u16 little-endian, 0xffff where nothing was sampled
CREATE TABLE slot_hours (
    channel INTEGER NOT NULL REFERENCES channels (id),
    hour INTEGER NOT NULL,
    counts BLOB NOT NULL CHECK (length(counts) = 1440),
    PRIMARY KEY (channel, hour)
) STRICT;

CREATE TABLE coarse_slots (
    channel INTEGER NOT NULL REFERENCES channels (id),
    start_s INTEGER NOT NULL,
    seconds INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (channel, start_s, seconds)
) STRICT, WITHOUT ROWID;

CREATE TABLE sums (
    channel INTEGER NOT NULL REFERENCES channels (id),
    seconds INTEGER NOT NULL,
    start_s INTEGER NOT NULL,
    count INTEGER NOT NULL,
    covered_s INTEGER NOT NULL,
    PRIMARY KEY (channel, seconds, start_s)
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
    name TEXT PRIMARY KEY,
    password_hash TEXT NOT NULL,
    must_change_password INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    hash BLOB PRIMARY KEY,
    user TEXT NOT NULL REFERENCES users (name),
    expires_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`,
}
