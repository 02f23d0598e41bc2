export const FLUKSO = {
    name: "011-flukso",
    sql: `
CREATE TABLE flukso_prices (
    home_id INTEGER PRIMARY KEY REFERENCES homes (id) ON DELETE CASCADE,
    eur_per_kwh REAL NOT NULL,
    aud_per_kwh REAL NOT NULL
) STRICT;

-- Flukso's clients call a user by a number
CREATE TABLE flukso_users (
    uid INTEGER PRIMARY KEY,
    user TEXT NOT NULL UNIQUE REFERENCES users (name) ON DELETE CASCADE
) STRICT;
INSERT INTO flukso_users (user) SELECT name FROM users ORDER BY name;
CREATE TRIGGER flukso_users_of_new AFTER INSERT ON users BEGIN
    INSERT INTO flukso_users (user) VALUES (new.name);
END;

-- number: what stands behind FL on its case; the rest is what its heartbeats say
CREATE TABLE flukso_devices (
    device_id TEXT PRIMARY KEY REFERENCES devices (id) ON DELETE CASCADE,
    number INTEGER,
    version TEXT,
    heartbeat_s INTEGER,
    uptime_s INTEGER,
    resets INTEGER NOT NULL DEFAULT 0,
    ip TEXT,
    port TEXT
) STRICT, WITHOUT ROWID;

-- port: 1 to 6 on the device's case; class to constant: what its device says of it; at_s, counter, pending: how far its counter is stored
CREATE TABLE flukso_sensors (
    sensor INTEGER PRIMARY KEY REFERENCES sensors (id) ON DELETE CASCADE,
    port INTEGER NOT NULL,
    channel INTEGER NOT NULL UNIQUE REFERENCES channels (id) ON DELETE CASCADE,
    class TEXT,
    voltage INTEGER,
    current INTEGER,
    phase INTEGER,
    constant REAL,
    access_s INTEGER,
    at_s INTEGER,
    counter INTEGER,
    pending INTEGER
) STRICT;
`,
}
