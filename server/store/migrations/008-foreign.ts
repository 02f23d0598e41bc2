export const FOREIGN = {
    name: "008-foreign",
    sql: `
-- serial: what the device calls itself in its own protocol; address: the only one it may send from.
-- sealed_key is empty for a device without a key
ALTER TABLE devices ADD COLUMN protocol TEXT NOT NULL DEFAULT 'meterbeat'
    CHECK (protocol IN ('meterbeat', 'flukso', 'blinkiki', 'espmeter', 'openstrom', 'emon'));
ALTER TABLE devices ADD COLUMN serial TEXT;
ALTER TABLE devices ADD COLUMN address TEXT;
CREATE UNIQUE INDEX devices_by_serial ON devices (protocol, serial);
CREATE UNIQUE INDEX devices_by_address ON devices (protocol, address);

-- how far back a coarse slot that touches a time may start
ALTER TABLE channels ADD COLUMN longest_cell_s INTEGER NOT NULL DEFAULT 300;

-- times: ms of each pulse since the one before, the first since the hour's start, as varints
CREATE TABLE pulse_hours (
    channel INTEGER NOT NULL REFERENCES channels (id),
    hour INTEGER NOT NULL,
    times BLOB NOT NULL,
    PRIMARY KEY (channel, hour)
) STRICT, WITHOUT ROWID;
`,
}
