export const TARIFFS = {
    name: "009-tariffs",
    sql: `
-- terms: JSON of TariffTerms
CREATE TABLE tariffs (
    id INTEGER PRIMARY KEY,
    home_id INTEGER NOT NULL REFERENCES homes (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    type TEXT NOT NULL CHECK (type IN ('electricity', 'gas', 'water', 'heat')),
    direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
    terms TEXT NOT NULL,
    UNIQUE (home_id, name)
) STRICT;

-- valid_from: local date, YYYY-MM-DD
CREATE TABLE gas_values (
    home_id INTEGER NOT NULL REFERENCES homes (id) ON DELETE CASCADE,
    valid_from TEXT NOT NULL,
    calorific_kwh_per_m3 REAL NOT NULL,
    correction REAL NOT NULL,
    PRIMARY KEY (home_id, valid_from)
) STRICT, WITHOUT ROWID;

-- what a meter showed, kWh or m3; counted: what the channel had come to then, and unplaced: its pulses in no slot
CREATE TABLE meter_readings (
    id INTEGER PRIMARY KEY,
    channel INTEGER NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
    read_ms INTEGER NOT NULL,
    reading REAL NOT NULL,
    counted REAL NOT NULL,
    unplaced INTEGER NOT NULL,
    user TEXT NOT NULL,
    undone_ms INTEGER,
    undone_by TEXT
) STRICT;
CREATE INDEX meter_readings_by_channel ON meter_readings (channel, id);

-- tries: that failed since the last that did not; nothing is tried before due_ms
CREATE TABLE webhooks (
    id INTEGER PRIMARY KEY,
    home_id INTEGER NOT NULL REFERENCES homes (id) ON DELETE CASCADE,
    url TEXT NOT NULL,
    sealed_secret BLOB NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    due_ms INTEGER NOT NULL DEFAULT 0,
    delivered_ms INTEGER,
    failed_ms INTEGER,
    failure TEXT
) STRICT;
CREATE INDEX webhooks_by_home ON webhooks (home_id);

CREATE TABLE webhook_codes (
    webhook INTEGER NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    code INTEGER NOT NULL,
    PRIMARY KEY (webhook, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE webhook_deliveries (
    id INTEGER PRIMARY KEY,
    webhook INTEGER NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    event INTEGER NOT NULL REFERENCES events (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX webhook_deliveries_by_webhook ON webhook_deliveries (webhook, id);
CREATE INDEX webhook_deliveries_by_event ON webhook_deliveries (event);

-- an event and what is to be told of it are stored together, or neither is
CREATE TRIGGER queue_webhooks AFTER INSERT ON events BEGIN
    INSERT INTO webhook_deliveries (webhook, event)
    SELECT webhooks.id, NEW.id FROM devices
    JOIN webhooks ON webhooks.home_id = devices.home_id
    JOIN webhook_codes ON webhook_codes.webhook = webhooks.id AND webhook_codes.code = NEW.code
    WHERE devices.id = NEW.device_id;
END;
`,
}
