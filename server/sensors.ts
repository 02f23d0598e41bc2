import { isClampKind } from "../src/wire/channels.js"
import { AppError } from "./errors.js"
import type { Channel, ChannelType } from "./store/store.js"

/** Channels of different classes measure in different ways, so a sensor adds up only one. */
function classOf(kind: number): "analog" | "pulse" {
    return isClampKind(kind) ? "analog" : "pulse"
}

/** The channels of a sensor. Throws AppError `bad_request` when they cannot be added up. */
export function checkSensorChannels(
    type: ChannelType,
    channelIds: number[],
    channels: Channel[]
): Channel[] {
    const refuse = (sentence: string) => new AppError("bad_request", `channelIds: ${sentence}`)
    if (channelIds.length === 0) throw refuse("must name at least one channel")
    const chosen: Channel[] = []
    for (const id of channelIds) {
        const channel = channels.find(one => one.id === id)
        if (!channel) throw refuse(`there is no channel ${id}`)
        if (chosen.includes(channel)) throw refuse(`channel ${id} is named twice`)
        if (channel.type !== type)
            throw refuse(`channel ${id} counts ${channel.type}, this sensor ${type}`)
        const [first = channel] = chosen
        if (classOf(first.kind) !== classOf(channel.kind))
            throw refuse(
                `channel ${id} is of class ${classOf(channel.kind)}, channel ${first.id} of class ${classOf(first.kind)}: a sensor adds up one class`
            )
        chosen.push(channel)
    }
    return chosen
}
