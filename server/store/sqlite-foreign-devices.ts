import { createHash } from "node:crypto"
import type { Database } from "better-sqlite3"
import { KIND_PULSE } from "../../src/wire/channels.js"
import type { SecretBox } from "../auth/secret-box.js"
import { AppError } from "../errors.js"
import type {
    ForeignDevice,
    ForeignProtocol,
    ForeignStore,
    NewForeignDevice,
} from "./foreign-store.js"

type DeviceQueries = Pick<
    ForeignStore,
    | "addForeignDevice"
    | "addForeignChannel"
    | "foreignDevice"
    | "foreignDeviceOf"
    | "foreignDeviceAt"
    | "saveAddress"
    | "receiverState"
>

interface Row {
    id: string
    protocol: ForeignProtocol
    serial: string
    address: string | null
    sealedKey: Buffer
}

export function foreignDeviceQueries(db: Database, secretBox: SecretBox): DeviceQueries {
    const insert = db.prepare(
        `INSERT INTO devices (id, name, home_id, sealed_key, protocol, serial, address)
         VALUES (@id, @name, @homeId, @sealedKey, @protocol, @serial, @address) ON CONFLICT DO NOTHING`
    )
    const insertChannel = db.prepare<[Record<string, unknown>], { id: number }>(
        `INSERT INTO channels (device_id, number, name, kind, type, per_pulse)
         VALUES (@deviceId,
             (SELECT coalesce(max(number), -1) + 1 FROM channels WHERE device_id = @deviceId),
             @name, ${KIND_PULSE}, @type, @perPulse)
         RETURNING id`
    )
    const columns = `SELECT id, protocol, serial, address, sealed_key AS sealedKey FROM devices
        WHERE protocol <> 'meterbeat' AND`
    const byId = db.prepare<[string], Row>(`${columns} id = ?`)
    const bySerial = db.prepare<[string, string], Row>(`${columns} protocol = ? AND serial = ?`)
    const byAddress = db.prepare<[string, string], Row>(`${columns} protocol = ? AND address = ?`)
    const setAddress = db.prepare("UPDATE OR IGNORE devices SET address = ? WHERE id = ?")
    const state = db
        .prepare<[string], string | null>("SELECT receiver_state FROM devices WHERE id = ?")
        .pluck()
    const channelIds = db
        .prepare<[string], number>("SELECT id FROM channels WHERE device_id = ? ORDER BY number")
        .pluck()
    const toDevice = (row: Row | undefined): ForeignDevice | undefined => {
        if (!row) return undefined
        const { sealedKey, ...device } = row
        const key = sealedKey.length > 0 ? secretBox.open(sealedKey, row.id) : undefined
        return { ...device, key, channelIds: channelIds.all(row.id) }
    }
    const addChannel: DeviceQueries["addForeignChannel"] = (deviceId, channel) => {
        const row = insertChannel.get({ deviceId, ...channel })
        if (!row) throw new Error("a new channel did not come back from the database")
        return row.id
    }
    const add = db.transaction((device: NewForeignDevice): string => {
        const { homeId, protocol, serial, name, key, address = null, channels } = device
        const id = idOf(protocol, serial)
        const sealedKey = key ? secretBox.seal(key, id) : Buffer.alloc(0)
        const { changes } = insert.run({ id, name, homeId, sealedKey, protocol, serial, address })
        if (changes === 0)
            throw new AppError(
                "conflict",
                `There is already a ${protocol} device with this serial number or address.`
            )
        for (const channel of channels) addChannel(id, channel)
        return id
    })
    return {
        addForeignDevice: device => add.immediate(device),
        addForeignChannel: addChannel,
        foreignDevice: id => toDevice(byId.get(id)),
        foreignDeviceOf: (protocol, serial) => toDevice(bySerial.get(protocol, serial)),
        receiverState: id => state.get(id) ?? undefined,
        saveAddress(id, address) {
            if (setAddress.run(address, id).changes === 0)
                throw new AppError("conflict", "address: another device of this kind has it.")
        },
        foreignDeviceAt: (protocol, address) => toDevice(byAddress.get(protocol, address)),
    }
}

/** The same device has the same id on every server. */
function idOf(protocol: ForeignProtocol, serial: string): string {
    return createHash("sha256").update(`${protocol} ${serial}`).digest("hex").slice(0, 16)
}
