import { once } from "node:events"
import { createServer } from "node:net"

/** Finds a port that nobody listens on. */
export const takeFreePort = (): Promise<number> => checkPortIsFree(0)

/** Listens on a port for a moment and returns its number; throws when it is in use. */
export async function checkPortIsFree(port: number): Promise<number> {
    const probe = createServer().listen(port, "127.0.0.1")
    await once(probe, "listening")
    const address = probe.address()
    probe.close()
    await once(probe, "close")
    return typeof address === "object" && address ? address.port : 0
}
