export const FLASH = {
    name: "006-flash",
    sql: `
-- how often a device keeps its counts in flash while the server is away
ALTER TABLE device_settings ADD COLUMN flash_minutes INTEGER NOT NULL DEFAULT 10
    CHECK (flash_minutes BETWEEN 5 AND 60);
`,
}
