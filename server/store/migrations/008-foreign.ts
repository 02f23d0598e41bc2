export const FOREIGN = {
    name: "008-foreign",
    sql: `
-- serial: what the device calls itself in its own protocol; address: the only one it may send from.
-- sealed_key is empty for a device without a key
ALTER TABLE devices ADD COLUMN protocol TEXT NOT NULL DEFAULT 'meterbeat'
    CHECK (protocol IN ('meterbeat', 'flukso', 'blinkiki', 'espmeter', 'openstrom', 'emon'));
ALTER TABLE devices ADD COLUMN serial TEXT;
ALTER TABLE devices ADD COLUMN address TEXT;
-- what the reader of its messages knows of the last one, in a form of its own
ALTER TABLE devices ADD COLUMN receiver_state TEXT;
CREATE UNIQUE INDEX devices_by_serial ON devices (protocol, serial);
CREATE UNIQUE INDEX devices_by_address ON devices (protocol, address);

-- how far back a coarse slot that touches a time may start
ALTER TABLE channels ADD COLUMN longest_cell_s INTEGER NOT NULL DEFAULT 300;

-- times: ms of each pulse since the one before, the first since the hour's start, as varints
CREATE TABLE pulse_hours (
    channel INTEGER NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
    hour INTEGER NOT NULL,
    times BLOB NOT NULL,
    PRIMARY KEY (channel, hour)
) STRICT, WITHOUT ROWID;

-- what a device said beside its counts, one note of a kind at a time
CREATE TABLE device_notes (
    device_id TEXT NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
    what TEXT NOT NULL CHECK (what IN ('started', 'refused', 'clock_ahead_s', 'battery_v')),
    at_ms INTEGER NOT NULL,
    value REAL,
    text TEXT,
    PRIMARY KEY (device_id, what, at_ms)
) STRICT, WITHOUT ROWID;
`,
}
