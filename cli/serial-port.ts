import { execFile } from "node:child_process"
import { constants, existsSync, openSync } from "node:fs"
import { ReadStream, WriteStream } from "node:tty"
import { promisify } from "node:util"

/** What the runtime's own tools use; USB ports of the chip itself ignore it. */
const BAUD = "1500000"

export interface SerialPort {
    write(bytes: Buffer): void
    onData(listen: (bytes: Buffer) => void): void
    close(): void
}

/** Opens a serial port for raw bytes. Throws an Error with one sentence when it cannot. */
export async function openSerialPort(path: string): Promise<SerialPort> {
    if (process.platform === "win32")
        throw new Error("Serial ports can be opened on Linux and macOS only.")
    if (!existsSync(path)) throw new Error(`There is no serial port ${path}: plug the board in.`)
    const flag = process.platform === "darwin" ? "-f" : "-F"
    try {
        await promisify(execFile)("stty", [flag, path, "raw", "-echo", "-hupcl", BAUD])
        const descriptor = openSync(
            path,
            constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK
        )
        const input = new ReadStream(descriptor)
        const output = new WriteStream(descriptor)
        return {
            write: bytes => output.write(bytes),
            onData: listen => input.on("data", listen),
            close: () => {
                input.destroy()
                output.destroy()
            },
        }
    } catch {
        throw new Error(
            `${path} cannot be opened: it must be a serial port, free, and yours to use.`
        )
    }
}
