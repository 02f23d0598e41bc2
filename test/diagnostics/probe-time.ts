/** Uptime at which the heap probe takes what is free; the outbox of 16 channels is full before that. */
export const PROBE_AFTER_MS = 4_000_000
