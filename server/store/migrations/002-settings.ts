export const SETTINGS = {
    name: "002-settings",
    sql: `
-- a check cannot be changed, but a column with its check can be replaced; no row moves
ALTER TABLE channels ADD COLUMN new_type TEXT NOT NULL DEFAULT 'electricity'
    CHECK (new_type IN ('electricity', 'gas', 'water', 'heat'));
UPDATE channels SET new_type = type;
ALTER TABLE channels DROP COLUMN type;
ALTER TABLE channels RENAME COLUMN new_type TO type;
ALTER TABLE channels ADD COLUMN direction TEXT NOT NULL DEFAULT 'in'
    CHECK (direction IN ('in', 'out'));

-- channels: JSON of what the device is to be told; names and weights are in the table channels
CREATE TABLE device_settings (
    device_id TEXT PRIMARY KEY REFERENCES devices (id),
    version INTEGER NOT NULL DEFAULT 0,
    phases INTEGER NOT NULL DEFAULT 1 CHECK (phases IN (1, 3)),
    channels TEXT NOT NULL DEFAULT '[]',
    version_in_force INTEGER,
    in_force_since_ms INTEGER NOT NULL DEFAULT 0,
    sent_ms INTEGER,
    answered_ms INTEGER,
    answered_version INTEGER,
    refusal TEXT
) STRICT, WITHOUT ROWID;

-- port: one of the three clamp sensors of a device, which its number of phases groups
CREATE TABLE sensors (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL CHECK (type IN ('electricity', 'gas', 'water', 'heat')),
    is_enabled INTEGER NOT NULL DEFAULT 1,
    device_id TEXT REFERENCES devices (id),
    port INTEGER,
    UNIQUE (device_id, port)
) STRICT;

CREATE TABLE sensor_channels (
    sensor INTEGER NOT NULL REFERENCES sensors (id) ON DELETE CASCADE,
    channel INTEGER NOT NULL REFERENCES channels (id),
    PRIMARY KEY (sensor, channel)
) STRICT, WITHOUT ROWID;

-- before, after: JSON of the fields that the calibration changed
CREATE TABLE calibrations (
    id INTEGER PRIMARY KEY,
    device_id TEXT NOT NULL REFERENCES devices (id),
    channel INTEGER NOT NULL,
    calibrated_ms INTEGER NOT NULL,
    user TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    undone_ms INTEGER
) STRICT;
`,
}
