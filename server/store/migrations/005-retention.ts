export const RETENTION = {
    name: "005-retention",
    sql: `
-- one row. keep_*: days, NULL for ever; *_gone_before_s: what is older may have been deleted
CREATE TABLE retention (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    keep_slots_days INTEGER CHECK (keep_slots_days > 0),
    keep_minutes_days INTEGER CHECK (keep_minutes_days > 0),
    slots_gone_before_s INTEGER NOT NULL DEFAULT 0,
    minutes_gone_before_s INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO retention (id) VALUES (1);
`,
}
