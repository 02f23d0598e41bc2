/** Largest device-to-server message: topic, NUL and data. The runtime cuts longer ones off silently. */
export const MAX_UPLINK_BYTES = 236

/** Largest server-to-device message: topic, NUL and data. The runtime panics on longer ones. */
export const MAX_DOWNLINK_BYTES = 230

/** Every topic of ours is one letter, so topic and NUL take two bytes. */
export const TOPIC_BYTES = 2

export const MAX_REPORT_BYTES = MAX_UPLINK_BYTES - TOPIC_BYTES

/** A longer setting makes the runtime panic, and these are one setting; so is a message with them. */
export const MAX_SETTINGS_BYTES = 208

export const PROTOCOL_VERSION = 1

/** Of messages that hold slots: from 2 on their sequence is their first slot's number. */
export const SLOTS_VERSION = 2

export const MAX_CHANNELS = 16

/** Characters of what a channel or a sensor is called. */
export const MAX_NAME_LENGTH = 16

export const SLOT_MS = 5000

/** Slots of a report that is sent on time; one that waited for the link may hold more. */
export const SLOTS_PER_REPORT = 10

/** Most slots that one report may carry: each costs at least one byte. */
export const MAX_REPORT_SLOTS = 200

/** Resolution of a pulse's own time in a report. */
export const PULSE_TIME_UNIT_MS = 10

/** A slot of lower quality, in percent, may hold a wrong count. */
export const POOR_QUALITY = 50

/** One-letter topics; see docs/protocol.md. */
export const TOPIC_HELLO = "h"
export const TOPIC_REPORT = "r"
export const TOPIC_PAGE = "p"
export const TOPIC_LIVE = "l"
export const TOPIC_ACK = "a"
export const TOPIC_COMMAND = "c"
export const TOPIC_SETTINGS = "s"
export const TOPIC_LEVEL = "v"
export const TOPIC_EVENT = "e"
export const TOPIC_WAVEFORM = "w"
