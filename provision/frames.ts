const HEADER_BYTES = 12
const PACKET_HEADER_BYTES = 4
const FLAG_COMMAND = 1

/** One Jacdac packet as it travels on the bus, https://jacdac.org/docs/ "Protocol". */
export interface Packet {
    /** 16 lowercase hex digits: the receiver of a command, the sender of a report. */
    deviceId: string
    isCommand: boolean
    serviceIndex: number
    command: number
    payload: Buffer
}

/** CRC-16-CCITT with start value 0xffff, over everything after the CRC itself. */
function crc16(bytes: Buffer): number {
    let crc = 0xffff
    for (const byte of bytes) {
        let x = (crc >> 8) ^ byte
        x ^= x >> 4
        crc = ((crc << 8) ^ (x << 12) ^ (x << 5) ^ x) & 0xffff
    }
    return crc
}

/** One packet in a frame of its own. Throws RangeError above 236 bytes of payload. */
export function encodeFrame(packet: Packet, moreFlags = 0): Buffer {
    const size = packet.payload.length
    if (size > 236) throw new RangeError("bus: payload above 236 bytes")
    const packetBytes = (PACKET_HEADER_BYTES + size + 3) & ~3
    const frame = Buffer.alloc(HEADER_BYTES + packetBytes)
    frame[2] = packetBytes
    frame[3] = (packet.isCommand ? FLAG_COMMAND : 0) | moreFlags
    frame.write(packet.deviceId, 4, "hex")
    frame[12] = size
    frame[13] = packet.serviceIndex
    frame.writeUInt16LE(packet.command, 14)
    packet.payload.copy(frame, 16)
    frame.writeUInt16LE(crc16(frame.subarray(2)), 0)
    return frame
}

/** The packets of a frame; none when its length or CRC is wrong. */
export function decodeFrame(frame: Buffer): Packet[] {
    if (frame.length < HEADER_BYTES || frame.length < HEADER_BYTES + frame[2]) return []
    const whole = frame.subarray(0, HEADER_BYTES + frame[2])
    if (crc16(whole.subarray(2)) !== whole.readUInt16LE(0)) return []
    const packets: Packet[] = []
    const deviceId = whole.toString("hex", 4, 12)
    for (let at = HEADER_BYTES; at + PACKET_HEADER_BYTES <= whole.length; ) {
        const size = whole[at]
        packets.push({
            deviceId,
            isCommand: (whole[3] & FLAG_COMMAND) !== 0,
            serviceIndex: whole[at + 1],
            command: whole.readUInt16LE(at + 2),
            payload: whole.subarray(at + PACKET_HEADER_BYTES, at + PACKET_HEADER_BYTES + size),
        })
        at += (PACKET_HEADER_BYTES + size + 3) & ~3
    }
    return packets
}
