import { BlockList, isIPv6 } from "node:net"

/** Addresses of this machine, of its own networks, and of none (RFC 6890 and its successors). */
const PRIVATE = new BlockList()
for (const [network, bits] of [
    ["0.0.0.0", 8],
    ["10.0.0.0", 8],
    ["100.64.0.0", 10],
    ["127.0.0.0", 8],
    ["169.254.0.0", 16],
    ["172.16.0.0", 12],
    ["192.0.0.0", 24],
    ["192.0.2.0", 24],
    ["192.88.99.0", 24],
    ["192.168.0.0", 16],
    ["198.18.0.0", 15],
    ["198.51.100.0", 24],
    ["203.0.113.0", 24],
    ["224.0.0.0", 3],
] as const)
    PRIVATE.addSubnet(network, bits, "ipv4")

/** What is handed out to the world; the rest of IPv6 is private, or stands for an IPv4 address. */
const GLOBAL_IPV6 = new BlockList()
GLOBAL_IPV6.addSubnet("2000::", 3, "ipv6")
for (const [network, bits] of [
    ["2001::", 23],
    ["2001:db8::", 32],
    ["2002::", 16],
    ["3fff::", 20],
] as const)
    PRIVATE.addSubnet(network, bits, "ipv6")

/** Is it an IP address that only this machine or its own networks can reach? */
export function isPrivateAddress(address: string): boolean {
    if (!isIPv6(address)) return PRIVATE.check(address, "ipv4")
    return !GLOBAL_IPV6.check(address, "ipv6") || PRIVATE.check(address, "ipv6")
}
