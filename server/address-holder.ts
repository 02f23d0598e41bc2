import { isIPv6 } from "node:net"

/** An IPv4 address as a socket for both kinds tells it. */
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i

/** An IPv4 address as such, however a socket tells it. */
export function plainAddress(address: string): string {
    return address.replace(MAPPED, "$1")
}

/** One holder of addresses: an IPv4 address, or the /64 that an IPv6 customer has to himself. */
export function addressHolder(address: string): string {
    const plain = plainAddress(address)
    if (!isIPv6(plain) || plain === "::1") return plain
    const [start, end = ""] = plain.split("%")[0].split("::")
    const before = start.split(":").filter(Boolean)
    const after = end.split(":").filter(Boolean)
    const zeros = Array.from({ length: 8 - before.length - after.length }, () => "0")
    const groups = plain.includes("::") ? [...before, ...zeros, ...after] : before
    return `${groups.slice(0, 4).join(":").toLowerCase()}::/64`
}
