import { ChannelLog } from "../../src/outbox/channel-log.js"
import { Courier } from "../../src/outbox/courier.js"
import { Recorder } from "../../src/outbox/recorder.js"
import { KIND_PULSE } from "../../src/wire/channels.js"
import { TOPIC_ACK, TOPIC_PAGE } from "../../src/wire/limits.js"
import { pageKey } from "../../src/wire/page.js"
import type { FastFlash } from "./fast-flash.js"

const POLL_MS = 250
const FLASH_STEP_MS = 500
const QUIET_POLL_MS = 10
const QUIET_WAIT_MS = 15_000
/** A page that had no answer by then is not on its way any more. */
const ANSWER_MS = 60_000
/** A tick that comes later is told. */
const LATE_MS = 5

export interface ProgramParts {
    uptimeMs: number
    channels: number
    flash: FastFlash
    randomBytes(size: number): Buffer
    send(topic: string, data: Buffer): void
    /** Nothing is sampled for so long. */
    pause(ms: number): void
}

/** The firmware's pure modules as its fibers drive them, without pins and link; times are uptimes. */
export class BoardProgram {
    private readonly recorder: Recorder
    private readonly courier: Courier
    private nextFlashMs: number
    private hasFlashWork = true
    /** Until when a write waits for a quiet moment; undefined while none is due. */
    private quietEndMs: number | undefined = undefined
    private isUp = false
    private pageSentMs = Number.NEGATIVE_INFINITY

    constructor(private readonly parts: ProgramParts) {
        const { uptimeMs, channels } = parts
        const bootId = parts.randomBytes(4).readUInt32LE()
        this.recorder = new Recorder(uptimeMs)
        const source = { rejected: 0, takeQuality: () => 100 }
        const numbers = Array.from({ length: channels }, (_, i) => i)
        const logs = numbers.map(i => new ChannelLog(i, bootId, source))
        this.recorder.begin(bootId, logs, uptimeMs)
        const identity = {
            board: "soak",
            kinds: numbers.map(() => KIND_PULSE),
            settingsVersion: 0,
        }
        this.courier = new Courier(
            this.recorder,
            () => identity,
            () => parts.randomBytes(2).readUInt16LE() / 65_536
        )
        this.nextFlashMs = uptimeMs + FLASH_STEP_MS
    }

    get slotEndMs(): number {
        return this.recorder.slotEndMs
    }

    addPulse(channel: number, uptimeMs: number): void {
        this.recorder.addPulse(channel, uptimeMs)
    }

    endSlots(uptimeMs: number): void {
        this.recorder.endSlots(uptimeMs)
    }

    addLateTick(lateMs: number, uptimeMs: number): void {
        if (lateMs >= LATE_MS) this.recorder.addLateTick(lateMs, uptimeMs)
    }

    receive(topic: string, data: Buffer, uptimeMs: number): void {
        if (topic !== TOPIC_ACK) return
        this.courier.receiveAck(data, uptimeMs)
        this.hasFlashWork = true
    }

    step(uptimeMs: number, isConnected: boolean): void {
        const { courier } = this
        this.isUp = isConnected
        courier.setLink(isConnected, uptimeMs)
        for (let out = courier.next(uptimeMs); out; out = courier.next(uptimeMs)) {
            if (out.topic === TOPIC_PAGE) this.pageSentMs = uptimeMs
            this.parts.send(out.topic, out.data)
        }
        if (uptimeMs >= this.nextFlashMs) this.stepFlash(uptimeMs)
    }

    /** When `step` is to be called next. */
    nextMs(uptimeMs: number): number {
        const { recorder, courier } = this
        const isWaiting = this.isUp && (!courier.isSynced || recorder.outbox.size() > 0)
        const pollMs = isWaiting ? uptimeMs + POLL_MS : recorder.slotEndMs
        const isAtFlash = this.hasFlashWork && (courier.isSynced || this.quietEndMs !== undefined)
        const flashMs = isAtFlash ? this.nextFlashMs : recorder.slotEndMs
        return Math.min(pollMs, flashMs, recorder.slotEndMs)
    }

    /** Has the server all that was counted in slots that are over, and all of flash? */
    isDrained(uptimeMs: number): boolean {
        const { recorder, courier } = this
        if (!courier.isSynced || recorder.outbox.size() > 0 || this.hasFlashWork) return false
        return uptimeMs - this.pageSentMs > ANSWER_MS
    }

    outboxBytes(): number {
        return this.recorder.outbox.bytes()
    }

    private stepFlash(uptimeMs: number): void {
        const { recorder, courier } = this
        const { journal } = recorder
        const { flash } = this.parts
        this.nextFlashMs = uptimeMs + FLASH_STEP_MS
        const isDue = journal.isDue(uptimeMs)
        if (!isDue) this.quietEndMs = undefined
        if (!courier.isSynced && !isDue) return
        for (let key = journal.nextScan(); key; key = journal.nextScan())
            journal.scan(flash.get(key))
        this.hasFlashWork = true
        if (isDue) {
            this.write(uptimeMs)
            return
        }
        const key = courier.isSynced ? courier.pages.nextRead() : undefined
        this.hasFlashWork = key !== undefined
        const skipBootId = recorder.outbox.dropped === 0 ? recorder.bootId : undefined
        if (key !== undefined) courier.pages.took(flash.get(key), skipBootId)
    }

    /** One write, or ten milliseconds of waiting for a quiet moment. */
    private write(uptimeMs: number): void {
        const { recorder } = this
        const { journal } = recorder
        this.quietEndMs ??= uptimeMs + QUIET_WAIT_MS
        this.nextFlashMs = uptimeMs + QUIET_POLL_MS
        if (!recorder.isQuiet(uptimeMs) && uptimeMs < this.quietEndMs) return
        const write = journal.nextWrite()
        const pauseMs = this.parts.flash.set(pageKey(write.number), write.page)
        const endMs = uptimeMs + Math.ceil(pauseMs)
        journal.wrote(write, endMs)
        if (!journal.isDue(endMs)) this.quietEndMs = undefined
        this.parts.pause(pauseMs)
    }
}
