import { type Command, encodeCommand } from "../../src/wire/command.js"
import { TOPIC_COMMAND } from "../../src/wire/limits.js"
import { AppError } from "../errors.js"
import { type DownlinkMessage, downlink } from "./downlink.js"

/** The links that take messages. */
export interface CommandLink {
    /** Returns false when the device is offline. */
    send(deviceId: string, message: DownlinkMessage): boolean
}

/** Asks a device for something. Throws AppError `conflict` when it is offline. */
export function sendCommand(links: CommandLink, deviceId: string, command: Command): void {
    if (!links.send(deviceId, downlink(TOPIC_COMMAND, encodeCommand(command))))
        throw new AppError("conflict", "The device is offline: it cannot be asked.")
}
