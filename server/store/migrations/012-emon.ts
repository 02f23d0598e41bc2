export const EMON = {
    name: "012-emon",
    sql: `
-- sensors that emon's clients see, by the number that their settings name
CREATE TABLE emon_meters (
    sensor INTEGER PRIMARY KEY REFERENCES sensors (id) ON DELETE CASCADE,
    home_id INTEGER NOT NULL REFERENCES homes (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    location TEXT NOT NULL,
    description TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    kwh_cost REAL NOT NULL,
    UNIQUE (home_id, number)
) STRICT;

-- wanted: NULL while nobody wants any state; said: what the device told last
CREATE TABLE openstrom_relays (
    device_id TEXT NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    wanted INTEGER,
    wanted_ms INTEGER,
    said INTEGER,
    said_ms INTEGER,
    PRIMARY KEY (device_id, number)
) STRICT, WITHOUT ROWID;
`,
}
