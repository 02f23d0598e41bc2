import { once } from "node:events"
import { connect, type Socket } from "node:net"
import { onTestFinished } from "vitest"

export interface RawReply {
    status: number
    /** Names in lower case; of a repeated one the last. */
    headers: Record<string, string>
    body: string
}

/** A connection on which a test says what it likes, byte for byte. */
export interface RawConnection {
    socket: Socket
    /** Everything that came so far. */
    heard(): string
    /** Resolves when the server has ended the connection. */
    closed: Promise<void>
}

export async function openRaw(url: string, localAddress?: string): Promise<RawConnection> {
    const { port, hostname } = new URL(url)
    const socket = connect({ port: Number(port), host: hostname, localAddress })
    onTestFinished(() => void socket.destroy())
    const chunks: Buffer[] = []
    socket.on("data", chunk => chunks.push(chunk))
    socket.on("error", () => undefined)
    const closed = new Promise<void>(resolve => socket.once("close", () => resolve()))
    await Promise.race([once(socket, "connect"), closed])
    return { socket, heard: () => Buffer.concat(chunks).toString("latin1"), closed }
}

/** Sends text as latin-1 and waits until the server ends the connection; returns all that it answered. */
export async function sendRaw(url: string, text: string): Promise<string> {
    const connection = await openRaw(url)
    connection.socket.write(text, "latin1")
    await connection.closed
    return connection.heard()
}

/** The first answer of what was heard. */
export function parseReply(heard: string): RawReply {
    const [head, ...rest] = heard.split("\r\n\r\n")
    const [statusLine, ...lines] = head.split("\r\n")
    const headers = Object.fromEntries(
        lines.map(line => {
            const at = line.indexOf(":")
            return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()]
        })
    )
    return { status: Number(statusLine.split(" ")[1]), headers, body: rest.join("\r\n\r\n") }
}

/** How many answers were heard. */
export function countReplies(heard: string): number {
    return heard.match(/HTTP\/1\.1 \d{3} /g)?.length ?? 0
}
