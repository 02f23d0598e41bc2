import { readFileSync } from "node:fs"
import { connect, type Socket } from "node:net"
import { onTestFinished } from "vitest"

/** A request and what must come back, as they stand in a fixture. */
export interface Exchange {
    request: Buffer
    statusLine: string
    /** Each must come back to the letter, among others. */
    headers: string[]
    body: string
}

export interface RawAnswer {
    statusLine: string
    headers: string[]
    body: string
}

/**
 * Reads the exchanges of a fixture: `# ` begins a note, `> ` a line that is sent, `< ` one that comes back.
 * Head lines end in CR LF; the lines of a body follow each other without anything between.
 */
export function readExchanges(file: URL): Exchange[] {
    const exchanges: Exchange[] = []
    let sent: string[] = []
    let answered: string[] = []
    const close = () => {
        if (sent.length > 0) exchanges.push(toExchange(sent, answered))
        sent = []
        answered = []
    }
    for (const line of readFileSync(file, "utf8").split("\n")) {
        if (line.startsWith(">")) {
            if (answered.length > 0) close()
            sent.push(line.slice(2))
        } else if (line.startsWith("<")) answered.push(line.slice(2))
        else if (line !== "" && !line.startsWith("#")) throw new Error(`fixture: ${line}`)
    }
    close()
    return exchanges
}

function toExchange(sent: string[], answered: string[]): Exchange {
    const [head, body] = cut(sent)
    const [[statusLine, ...headers], answerBody] = cut(answered)
    const request = Buffer.from(`${head.join("\r\n")}\r\n\r\n${body}`)
    return { request, statusLine, headers, body: answerBody }
}

function cut(lines: string[]): [string[], string] {
    const end = lines.indexOf("")
    if (end < 0) throw new Error("fixture: a head does not end with an empty line")
    return [lines.slice(0, end), lines.slice(end + 1).join("")]
}

/** A connection that sends bytes as they are and reads answers as a simple client does. */
export class RawConnection {
    private received = Buffer.alloc(0)
    private wake: () => void = () => undefined
    private isEnded = false
    private readonly socket: Socket

    constructor(url: string) {
        const { hostname, port } = new URL(url)
        this.socket = connect(Number(port), hostname)
        this.socket.on("data", data => {
            this.received = Buffer.concat([this.received, data])
            this.wake()
        })
        this.socket.on("error", () => undefined)
        this.socket.on("close", () => {
            this.isEnded = true
            this.wake()
        })
        onTestFinished(() => void this.socket.destroy())
    }

    /** Sends a request and reads its answer by its Content-Length, or by the end of the connection. */
    async exchange(request: Buffer): Promise<RawAnswer> {
        this.socket.write(request)
        const head = await this.take(() => {
            const at = this.received.indexOf("\r\n\r\n")
            return at < 0 ? undefined : at + 4
        })
        const [statusLine, ...headers] = head.toString("latin1").trimEnd().split("\r\n")
        const stated = headers.find(header => header.startsWith("Content-Length: "))
        const length = stated === undefined ? undefined : Number(stated.slice(16))
        const body = await this.take(() => {
            if (length === undefined) return this.isEnded ? this.received.length : undefined
            return this.received.length >= length ? length : undefined
        })
        return { statusLine, headers, body: body.toString("utf8") }
    }

    private async take(lengthNow: () => number | undefined): Promise<Buffer> {
        for (;;) {
            const length = lengthNow()
            if (length !== undefined) {
                const taken = this.received.subarray(0, length)
                this.received = this.received.subarray(length)
                return taken
            }
            if (this.isEnded) throw new Error(`the connection ended after ${this.received}`)
            await new Promise<void>(resolve => {
                this.wake = resolve
            })
        }
    }
}

/** What of an answer a fixture speaks of. */
export function asFixture(answer: RawAnswer, { headers }: Exchange): RawAnswer {
    return { ...answer, headers: headers.filter(header => answer.headers.includes(header)) }
}
