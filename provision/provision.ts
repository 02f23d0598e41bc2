import { createHash } from "node:crypto"
import type { Channel } from "../src/wire/channels.js"
import { encodeSettings, SETTINGS_KEY, STANDARD_FLASH_MINUTES } from "../src/wire/settings.js"
import type { BusClient } from "./bus-client.js"
import { restartAndWait } from "./control.js"
import { deploy, programHash } from "./deploy.js"
import { repairFlash } from "./repair.js"
import { serverName, setServerLink } from "./server-link.js"
import { readSetting, writeSetting } from "./settings.js"
import { setWifi, type WifiNetwork } from "./wifi.js"

/** The service that every board offers, with or without a program. */
const SCRIPT_MANAGER = 0x1134ea2b

/** What a board is given before it is put into service. */
export interface Provisioning {
    /** Bytecode of the program. */
    image: Buffer
    /** Without them those that it has stay, or the built-in ones. */
    channels?: Channel[]
}

/** All that a board needs to report to its server from now on. */
export interface Service extends Provisioning {
    wifi?: WifiNetwork
    /** Holds the device's key: never log it. */
    connectionString: string
    /** Its flash may be broken by a power cut in the midst of a write. */
    isRepair: boolean
}

/** The id under which a board's runtime is on its bus. */
export async function deviceIdOf(bus: BusClient): Promise<string> {
    const [{ deviceId }] = await bus.find(SCRIPT_MANAGER)
    return deviceId
}

/**
 * Writes channels and program onto a board over its bus and checks what it took.
 * Throws an Error with one sentence when the board does not answer or kept something else.
 */
export async function provision(bus: BusClient, { image, channels }: Provisioning): Promise<void> {
    if (channels) await writeSetting(bus, SETTINGS_KEY, settingsBytes(channels))
    await deploy(bus, image)
}

/** Provisions a board, restarts it, and checks that it came back with all it was given. */
export async function putIntoService(bus: BusClient, service: Service): Promise<void> {
    const { image, channels, wifi, connectionString, isRepair } = service
    const deviceId = await deviceIdOf(bus)
    if (channels) await writeSetting(bus, SETTINGS_KEY, settingsBytes(channels))
    if (wifi) await setWifi(bus, wifi)
    await setServerLink(bus, connectionString)
    if (isRepair) await repairFlash(bus)
    await deploy(bus, image)
    await restartAndWait(bus, deviceId)
    if (!(await isKept(bus, service)))
        throw new Error(
            isRepair
                ? "The device lost what it was given when it restarted: its flash must be erased."
                : "The device lost what it was given when it restarted: run this again with --repair."
        )
}

async function isKept(
    bus: BusClient,
    { image, channels, connectionString }: Service
): Promise<boolean> {
    const settings = channels && settingsBytes(channels)
    return (
        (!settings || (await readSetting(bus, SETTINGS_KEY)).equals(settings)) &&
        (await programHash(bus)).equals(createHash("sha256").update(image).digest()) &&
        (await serverName(bus)) === new URL(connectionString).hostname
    )
}

function settingsBytes(channels: Channel[]): Buffer {
    return encodeSettings({ version: 0, channels, flashMinutes: STANDARD_FLASH_MINUTES })
}
