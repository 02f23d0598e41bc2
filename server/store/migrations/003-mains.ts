export const MAINS = {
    name: "003-mains",
    sql: `
-- energies are tenths of a mWh: drawn as the count, delivered apart
ALTER TABLE channels ADD COLUMN total_out INTEGER NOT NULL DEFAULT 0;
ALTER TABLE boot_counts ADD COLUMN out_since_boot INTEGER NOT NULL DEFAULT 0;

CREATE TABLE mains_slots (
    channel INTEGER NOT NULL REFERENCES channels (id),
    start_s INTEGER NOT NULL,
    energy_in INTEGER NOT NULL,
    energy_out INTEGER NOT NULL,
    reactive_dvar INTEGER NOT NULL,
    voltage_cv INTEGER NOT NULL,
    current_ma INTEGER NOT NULL,
    frequency_mhz INTEGER NOT NULL,
    angle_ddeg INTEGER NOT NULL,
    share_tenths INTEGER NOT NULL,
    is_apparent INTEGER NOT NULL,
    PRIMARY KEY (channel, start_s)
) STRICT, WITHOUT ROWID;

-- what sums does not hold of a mains channel; energy drawn is there, as the count
CREATE TABLE mains_sums (
    channel INTEGER NOT NULL REFERENCES channels (id),
    seconds INTEGER NOT NULL,
    start_s INTEGER NOT NULL,
    slots INTEGER NOT NULL,
    energy_out INTEGER NOT NULL,
    reactive_dvar INTEGER NOT NULL,
    apparent_cvma INTEGER NOT NULL,
    voltage_square INTEGER NOT NULL,
    current_square INTEGER NOT NULL,
    frequency_mhz INTEGER NOT NULL,
    frequency_slots INTEGER NOT NULL,
    share_tenths INTEGER NOT NULL,
    apparent_slots INTEGER NOT NULL,
    PRIMARY KEY (channel, seconds, start_s)
) STRICT, WITHOUT ROWID;

CREATE TABLE poor_spans (
    channel INTEGER NOT NULL REFERENCES channels (id),
    from_s INTEGER NOT NULL,
    to_s INTEGER NOT NULL CHECK (to_s > from_s),
    quality INTEGER NOT NULL,
    PRIMARY KEY (channel, from_s, to_s)
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    device_id TEXT NOT NULL REFERENCES devices (id),
    boot INTEGER NOT NULL REFERENCES boots (id),
    sequence INTEGER NOT NULL,
    channel INTEGER REFERENCES channels (id),
    code INTEGER NOT NULL,
    began_ms INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    value INTEGER NOT NULL,
    UNIQUE (boot, sequence)
) STRICT;
CREATE INDEX events_by_time ON events (began_ms);
CREATE INDEX events_by_device ON events (device_id, began_ms);

-- voltage, current: one u16 little-endian a sample, 0xffff where its piece has not come yet
CREATE TABLE waveforms (
    id INTEGER PRIMARY KEY,
    boot INTEGER NOT NULL REFERENCES boots (id),
    channel INTEGER NOT NULL REFERENCES channels (id),
    started_ms INTEGER NOT NULL,
    cause INTEGER NOT NULL,
    sample_ns INTEGER NOT NULL,
    voltage BLOB NOT NULL,
    current BLOB NOT NULL CHECK (length(current) = length(voltage)),
    is_complete INTEGER NOT NULL
) STRICT;
CREATE INDEX waveforms_by_channel ON waveforms (channel, started_ms);
`,
}
