import type { FastifyInstance } from "fastify"
import { request } from "../../server/routes/sign-in.js"
import type { Known } from "./route-inputs.js"

const HEX_ID = /(?<![0-9a-f])([0-9a-f]{16}|[0-9a-f]{32})(?![0-9a-f])/g

/** What an owner adds, of every kind of device and thing that has a route for it. */
const ADDED: ["POST" | "PUT", string, object][] = [
    [
        "POST",
        "/homes/:id/foreign-devices",
        { protocol: "blinkiki", name: "blinkiki", address: "127.0.0.1" },
    ],
    ["POST", "/homes/:id/foreign-devices", { protocol: "espmeter", name: "ESPmeter" }],
    [
        "POST",
        "/homes/:id/fluksometers",
        {
            name: "Fluksometer",
            fluksoId: "1".repeat(32),
            key: "2".repeat(32),
            sensors: [{ id: "3".repeat(32), port: 1, name: "Pulse", type: "water" }],
        },
    ],
    ["POST", "/homes/:id/openstrom-devices", { serial: "OS-0001", name: "OpenStrom" }],
    ["PUT", "/sensors/:id/emon-meter", { number: 21 }],
    ["POST", "/homes/:id/invitations", { role: "viewer" }],
]

/** Adds all of it in the first home, and makes known what is needed to speak for it. */
export async function addNeighbours(
    app: FastifyInstance,
    cookie: string,
    { words, tokens, publicIds, credentials }: Known
): Promise<void> {
    const send = request(app, cookie)
    for (const [method, path, body] of ADDED) {
        if (!app.hasRoute({ method, url: `/api/v1${path}` })) continue
        const reply = await send(method, path.replace(":id", "1"), body)
        if (reply.statusCode >= 300)
            throw new Error(`${path} was answered ${reply.statusCode}: ${reply.body}`)
        words.push(...(reply.body.match(HEX_ID) ?? []))
        const token = /"(?:token|path)": ?"[^"]*([0-9a-f]{32})/.exec(reply.body)?.[1]
        if (token === undefined) continue
        tokens.push(token)
        credentials.push({ Authorization: `Bearer ${token}` })
    }
    publicIds.push("1".repeat(32), "3".repeat(32))
    words.push(...publicIds)
}
