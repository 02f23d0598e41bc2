/** How metering chips are reached: each call is one session, with the chip's select pin low. */
export interface ChipBus {
    /** Sends bytes to chip 1 to 5; returns what came back meanwhile, as many bytes. */
    transfer(chip: number, write: Buffer): Promise<Buffer>
}
