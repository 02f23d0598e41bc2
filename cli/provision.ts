import { setTimeout as sleep } from "node:timers/promises"
import { PIPE_CHUNK_BYTES } from "../provision/deploy.js"
import { deviceIdOf, putIntoService, type Service } from "../provision/provision.js"
import { REPAIR_WRITES } from "../provision/repair.js"
import { SerialBus } from "../provision/serial-bus.js"
import { signIn } from "./api-client.js"
import { askSecret } from "./ask-secret.js"
import { connectionString } from "./connection-string.js"
import { firmwareImage } from "./images.js"
import { startProgress } from "./progress.js"
import { readChannels } from "./provision-settings.js"
import { openSerialPort, type SerialPort } from "./serial-port.js"

export interface ProvisionOptions {
    port: string
    server: string
    board: string
    wifi?: string
    settings?: string
    name?: string
    repair: boolean
}

/** `meterbeat provision`: makes a board on a serial port one of a server's devices. */
export async function provision(options: ProvisionOptions): Promise<void> {
    const image = firmwareImage(options.board)
    const { settings, board, repair: isRepair } = options
    const channels = settings === undefined ? undefined : readChannels(settings, board)
    const server = serverUrl(options.server)
    const port = await openSerialPort(options.port)
    try {
        const api = await signIn(server)
        const wifi = options.wifi === undefined ? undefined : await askNetwork(options.wifi)
        const what = { image, channels, wifi, isRepair }
        const id = await provisionPort(port, what, async id => {
            const { key } = await api.deviceAnew(id, options.name ?? id)
            return connectionString(server, id, Buffer.from(key, "hex"))
        })
        console.log(`Device ${id} is ready and reports to ${server}.`)
    } finally {
        port.close()
    }
}

type Register = (deviceId: string) => Promise<string>
type What = Omit<Service, "connectionString">

async function provisionPort(port: SerialPort, what: What, register: Register): Promise<string> {
    const writes = what.isRepair ? 2 * REPAIR_WRITES : 0
    const total = what.image.length / PIPE_CHUNK_BYTES + writes
    const progress = startProgress("provisioned", total, "messages")
    let sent = 0
    const line = new SerialBus(bytes => {
        port.write(bytes)
        progress.update(Math.min(++sent, total))
    }, sleep)
    port.onData(bytes => line.receive(bytes))
    try {
        return await provisionOver(line, what, register)
    } finally {
        line.close()
        progress.stop()
    }
}

/**
 * The whole of it, on any serial line. `register` makes the board's id known to the server and gives its
 * connection string. Returns the id; throws an Error with one sentence when the board does not take part.
 */
export async function provisionOver(
    line: SerialBus,
    what: What,
    register: Register
): Promise<string> {
    void line.run()
    const id = await deviceIdOf(line.bus)
    await putIntoService(line.bus, { ...what, connectionString: await register(id) })
    return id
}

function serverUrl(text: string): string {
    const url = URL.canParse(text) ? new URL(text) : undefined
    if (url?.protocol !== "http:" && url?.protocol !== "https:")
        throw new Error(`--server must be a URL such as http://192.168.1.5:8087, not "${text}".`)
    if (["localhost", "127.0.0.1", "[::1]"].includes(url.hostname))
        throw new Error(`--server must be reachable from the board, which ${url.hostname} is not.`)
    return text
}

async function askNetwork(ssid: string) {
    const known = process.env["METERBEAT_WIFI_PASSWORD"]
    const password = known ?? (await askSecret(`Password of the network ${ssid}: `))
    return { ssid, password }
}
