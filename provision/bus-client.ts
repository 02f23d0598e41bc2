import { decodeFrame, encodeFrame, type Packet } from "./frames.js"

/** Anything that carries Jacdac frames: a simulated device, or a serial line. */
export type SendFrame = (frame: Buffer) => void

/** A service found on the bus. */
export interface ServiceAddress {
    deviceId: string
    serviceIndex: number
}

const ANNOUNCE = 0
const ANNOUNCE_WAIT_MS = 3000
const REPLY_WAIT_MS = 1000
const TRIES = 10
const PAUSE_MS = 5

/** Finds services on a bus and talks to them. `delay` is the bus's own clock. */
export class BusClient {
    private readonly listeners = new Set<(packet: Packet) => void>()
    /** Device id to its service classes, from its announcements. */
    private readonly devices = new Map<string, number[]>()

    constructor(
        private readonly sendFrame: SendFrame,
        private readonly delay: (ms: number) => Promise<void>
    ) {}

    /** Every service of a class, once at least `count` have announced themselves. Throws after 3 s. */
    async find(serviceClass: number, count = 1): Promise<ServiceAddress[]> {
        for (let waitedMs = 0; waitedMs < ANNOUNCE_WAIT_MS; waitedMs += 100) {
            const found = this.known(serviceClass)
            if (found.length >= count) return found
            await this.delay(100)
        }
        throw new Error(`The device does not offer the service 0x${serviceClass.toString(16)}.`)
    }

    send(to: ServiceAddress, command: number, payload: Buffer): void {
        this.sendFrame(encodeFrame({ ...to, isCommand: true, command, payload }))
    }

    /** Sends and waits for the report of the same command, again while a slow board still works off what came before. */
    async request(
        to: ServiceAddress,
        command: number,
        payload: Buffer,
        waitMs = REPLY_WAIT_MS
    ): Promise<Buffer> {
        for (let i = 0; i < TRIES; i++) {
            const reply = this.waitFor(to, command, waitMs)
            this.send(to, command, payload)
            const packet = await reply
            if (packet) return packet.payload
        }
        throw new Error(`The device does not answer command 0x${command.toString(16)}.`)
    }

    /** Lets the device work off what it was sent. */
    pause(): Promise<void> {
        return this.delay(PAUSE_MS)
    }

    /** Gives the device a second. */
    second(): Promise<void> {
        return this.delay(1000)
    }

    private waitFor(
        from: ServiceAddress,
        command: number,
        waitMs: number
    ): Promise<Packet | undefined> {
        return new Promise(resolve => {
            const finish = (packet: Packet | undefined) => {
                this.listeners.delete(listen)
                resolve(packet)
            }
            const listen = (packet: Packet) => {
                if (
                    !packet.isCommand &&
                    packet.deviceId === from.deviceId &&
                    packet.serviceIndex === from.serviceIndex &&
                    packet.command === command
                )
                    finish(packet)
            }
            this.listeners.add(listen)
            void this.delay(waitMs).then(() => finish(undefined))
        })
    }

    private known(serviceClass: number): ServiceAddress[] {
        const found: ServiceAddress[] = []
        for (const [deviceId, classes] of this.devices)
            classes.forEach((each, i) => {
                if (each === serviceClass) found.push({ deviceId, serviceIndex: i + 1 })
            })
        return found
    }

    /** To be called with every frame that the bus carries; says whether somebody waited for it. */
    receive(frame: Buffer): boolean {
        const waiting = this.listeners.size
        for (const packet of decodeFrame(frame)) {
            if (!packet.isCommand && packet.serviceIndex === 0 && packet.command === ANNOUNCE)
                this.devices.set(packet.deviceId, serviceClasses(packet.payload))
            for (const listen of [...this.listeners]) listen(packet)
        }
        return this.listeners.size < waiting
    }
}

function serviceClasses(announcement: Buffer): number[] {
    const classes: number[] = []
    for (let at = 4; at + 4 <= announcement.length; at += 4)
        classes.push(announcement.readUInt32LE(at))
    return classes
}
