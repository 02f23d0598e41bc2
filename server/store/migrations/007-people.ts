export const PEOPLE = {
    name: "007-people",
    sql: `
-- all that was there before is of the first home
CREATE TABLE homes (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    time_zone TEXT NOT NULL
) STRICT;
INSERT INTO homes (id, name, time_zone) VALUES (1, 'Home', 'UTC');

-- is_admin: may set what is of the whole server
ALTER TABLE users ADD COLUMN is_admin INTEGER NOT NULL DEFAULT 0;
UPDATE users SET is_admin = 1;

CREATE TABLE members (
    home_id INTEGER NOT NULL REFERENCES homes (id) ON DELETE CASCADE,
    user TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('owner', 'editor', 'viewer')),
    PRIMARY KEY (home_id, user)
) STRICT, WITHOUT ROWID;
CREATE INDEX members_by_user ON members (user);
INSERT INTO members (home_id, user, role) SELECT 1, name, 'owner' FROM users;

-- without a home it waits to be claimed
ALTER TABLE devices ADD COLUMN home_id INTEGER REFERENCES homes (id);
UPDATE devices SET home_id = 1;

-- a name is unique within its home now, which only a new table can say
CREATE TABLE new_sensors (
    id INTEGER PRIMARY KEY,
    home_id INTEGER NOT NULL REFERENCES homes (id),
    name TEXT NOT NULL,
    type TEXT NOT NULL CHECK (type IN ('electricity', 'gas', 'water', 'heat')),
    is_enabled INTEGER NOT NULL DEFAULT 1,
    is_main INTEGER NOT NULL DEFAULT 0,
    public_id TEXT NOT NULL UNIQUE DEFAULT (lower(hex(randomblob(16)))),
    device_id TEXT REFERENCES devices (id),
    port INTEGER,
    UNIQUE (home_id, name),
    UNIQUE (device_id, port)
) STRICT;
INSERT INTO new_sensors (id, home_id, name, type, is_enabled, device_id, port)
    SELECT id, 1, name, type, is_enabled, device_id, port FROM sensors;
CREATE TABLE new_sensor_channels (
    sensor INTEGER NOT NULL REFERENCES new_sensors (id) ON DELETE CASCADE,
    channel INTEGER NOT NULL REFERENCES channels (id),
    PRIMARY KEY (sensor, channel)
) STRICT, WITHOUT ROWID;
INSERT INTO new_sensor_channels SELECT sensor, channel FROM sensor_channels;
DROP TABLE sensor_channels;
DROP TABLE sensors;
ALTER TABLE new_sensors RENAME TO sensors;
ALTER TABLE new_sensor_channels RENAME TO sensor_channels;
CREATE INDEX sensor_channels_by_channel ON sensor_channels (channel);

-- sensor: NULL shares the home's main sensors
CREATE TABLE shares (
    id INTEGER PRIMARY KEY,
    home_id INTEGER NOT NULL REFERENCES homes (id) ON DELETE CASCADE,
    sensor INTEGER REFERENCES sensors (id) ON DELETE CASCADE,
    user TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE
) STRICT;
CREATE UNIQUE INDEX shares_once ON shares (user, home_id, coalesce(sensor, 0));

-- user: who made it, and for whom one of an account acts
CREATE TABLE tokens (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('sensor', 'account', 'device')),
    name TEXT NOT NULL,
    user TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,
    sensor INTEGER REFERENCES sensors (id) ON DELETE CASCADE,
    device_id TEXT REFERENCES devices (id) ON DELETE CASCADE,
    created_ms INTEGER NOT NULL,
    last_used_ms INTEGER,
    CHECK ((kind = 'sensor') = (sensor IS NOT NULL)),
    CHECK ((kind = 'device') = (device_id IS NOT NULL))
) STRICT;
CREATE INDEX tokens_by_user ON tokens (user);

-- role: NULL makes an account without a home
CREATE TABLE invitations (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    home_id INTEGER REFERENCES homes (id) ON DELETE CASCADE,
    role TEXT CHECK (role IN ('owner', 'editor', 'viewer')),
    invited_by TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,
    created_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL,
    CHECK ((home_id IS NULL) = (role IS NULL))
) STRICT;

-- made_ms: when its token was; an older one is replaced
ALTER TABLE sessions ADD COLUMN made_ms INTEGER NOT NULL DEFAULT 0;

-- actor: a user's name or a token's; details: JSON, never a secret
CREATE TABLE audit_log (
    id INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    actor TEXT,
    address TEXT,
    action TEXT NOT NULL,
    home_id INTEGER,
    details TEXT NOT NULL
) STRICT;
CREATE INDEX audit_log_by_home ON audit_log (home_id, id);
`,
}
