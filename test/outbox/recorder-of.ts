import { ChannelLog, type CountSource } from "../../src/outbox/channel-log.js"
import { Recorder } from "../../src/outbox/recorder.js"

/** A detector whose signal is always good; `rejected` may be set. */
export function steadySource(): CountSource {
    return { rejected: 0, takeQuality: () => 100 }
}

/** A recorder of as many pulse channels. */
export function recorderOf(bootId: number, channelCount: number, uptimeMs: number): Recorder {
    const recorder = new Recorder(uptimeMs)
    const logs: ChannelLog[] = []
    for (let i = 0; i < channelCount; i++) logs.push(new ChannelLog(i, bootId, steadySource()))
    recorder.begin(bootId, logs, uptimeMs)
    return recorder
}
