import type { Tariff } from "../../../server/tariffs/tariff.js"
import { DEVICE_ID } from "../helpers.js"
import { FOREIGN_RULES } from "./foreign-route-rules.js"
import { UNCLAIMED_ID } from "./town.js"
import type { Rule } from "./who-may.js"

export interface RouteRule {
    rule: Rule
    /** Path with ids of home 1, and a query that the route takes; the route's own by default. */
    path?: string
    body?: object
}

/** Of home 1, as `buildTown` makes it. */
export const TARIFF = {
    name: "Tariff",
    type: "electricity",
    direction: "in",
    currency: "EUR",
    unit: "kWh",
    holidays: [],
    versions: [{ validFrom: "2026-01-01", basePrice: 1, periods: [] }],
} satisfies Omit<Tariff, "id" | "homeId">

/** Every route of the server, and who may use it. A route without a row fails the test. */
export const ROUTE_RULES: Record<string, RouteRule> = {
    "GET /api/v1/health": { rule: "everybody" },
    "POST /api/v1/sign-in": { rule: "everybody", body: {} },
    "POST /api/v1/sign-out": { rule: "whoever signed in" },
    "GET /api/v1/session": { rule: "whoever signed in" },
    "PUT /api/v1/password": { rule: "whoever signed in", body: {} },

    "GET /api/v1/tokens": { rule: "every person" },
    "POST /api/v1/tokens": {
        rule: "a person who may change the sensor",
        body: { kind: "sensor", name: "x", sensorId: 1 },
    },
    "DELETE /api/v1/tokens/:id": { rule: "the owner of the token", path: "/api/v1/tokens/2" },

    "GET /api/v1/homes": { rule: "every account" },
    "POST /api/v1/homes": { rule: "every person", body: { name: "x", timeZone: "UTC" } },
    "PATCH /api/v1/homes/:id": { rule: "a person who owns the home", ...home(""), body: {} },
    "DELETE /api/v1/homes/:id": { rule: "a person who owns the home", ...home("") },
    "GET /api/v1/homes/:id/members": {
        rule: "a person who may read the home",
        ...home("/members"),
    },
    "PUT /api/v1/homes/:id/members/:user": {
        rule: "a person who owns the home",
        ...home("/members/editor"),
        body: { role: "owner" },
    },
    "DELETE /api/v1/homes/:id/members/:user": {
        rule: "an owner of the home, or the viewer for himself",
        ...home("/members/viewer"),
    },
    "GET /api/v1/homes/:id/shares": { rule: "a person who owns the home", ...home("/shares") },
    "POST /api/v1/homes/:id/shares": {
        rule: "a person who owns the home",
        ...home("/shares"),
        body: { user: "neighbour" },
    },
    "DELETE /api/v1/homes/:id/shares/:share": {
        rule: "a person who owns the home",
        ...home("/shares/1"),
    },
    "GET /api/v1/homes/:id/invitations": {
        rule: "a person who owns the home",
        ...home("/invitations"),
    },
    "POST /api/v1/homes/:id/invitations": {
        rule: "a person who owns the home",
        ...home("/invitations"),
        body: { role: "viewer" },
    },
    "DELETE /api/v1/homes/:id/invitations/:invitation": {
        rule: "a person who owns the home",
        ...home("/invitations/1"),
    },
    "GET /api/v1/homes/:id/log": { rule: "a person who owns the home", ...home("/log") },
    "POST /api/v1/homes/:id/claims": {
        rule: "who may add to the home it names",
        ...home("/claims"),
        body: { serial: UNCLAIMED_ID },
    },
    "POST /api/v1/invitations": { rule: "who runs the server" },
    "POST /api/v1/invitations/join": { rule: "everybody", body: {} },
    "POST /api/v1/invitations/accept": { rule: "every person", body: {} },
    "GET /api/v1/account/export": { rule: "every person" },
    "POST /api/v1/account/erase": { rule: "every person", body: {} },
    "GET /api/v1/log": { rule: "who runs the server" },

    "POST /api/v1/devices/:id/release": { rule: "who owns it", ...device("/release") },
    "DELETE /api/v1/devices/:id": { rule: "who owns it", ...device("") },
    "GET /api/v1/devices/:id/export": { rule: "who owns it", ...device("/export") },
    "GET /api/v1/devices": { rule: "every account" },
    "POST /api/v1/devices": { rule: "who may add to the home", body: { name: "x", homeId: 1 } },
    "POST /api/v1/devices/:id/key": { rule: "who may change it", ...device("/key"), body: {} },
    "GET /api/v1/devices/:id/settings": { rule: "who may read it", ...device("/settings") },
    "PUT /api/v1/devices/:id/settings": {
        rule: "who may change it",
        ...device("/settings"),
        body: { expectedVersion: 0, channels: [] },
    },
    "GET /api/v1/devices/:id/calibration": { rule: "who may read it", ...device("/calibration") },
    "POST /api/v1/devices/:id/calibration": {
        rule: "who may change it",
        ...device("/calibration"),
        body: { channel: 0, reference: {} },
    },
    "DELETE /api/v1/devices/:id/calibration/:channel": {
        rule: "who may change it",
        ...device("/calibration/0"),
    },

    "POST /api/v1/homes/:id/foreign-devices": {
        rule: "who may add to the home it names",
        path: "/api/v1/homes/1/foreign-devices",
        body: { protocol: "espmeter", name: "x" },
    },
    "POST /api/v1/homes/:id/fluksometers": {
        rule: "who may change the home",
        path: "/api/v1/homes/1/fluksometers",
        body: {
            name: "x",
            fluksoId: "1".repeat(32),
            key: "2".repeat(32),
            sensors: [{ id: "3".repeat(32), port: 1, name: "x", type: "water" }],
        },
    },
    "GET /api/v1/homes/:id/flukso": {
        rule: "who may read the home",
        path: "/api/v1/homes/1/flukso",
    },
    "PUT /api/v1/homes/:id/flukso": {
        rule: "who may change the home",
        path: "/api/v1/homes/1/flukso",
        body: { eurPerKwh: 0.3, audPerKwh: 0.3 },
    },
    "PUT /api/v1/devices/:id/address": {
        rule: "who may change it",
        ...device("/address"),
        body: { address: "192.0.2.1" },
    },
    "GET /api/v1/devices/:id/notes": { rule: "who may read it", ...device("/notes") },

    "GET /api/v1/channels": { rule: "every account" },
    "PATCH /api/v1/channels/:id": {
        rule: "who may change it",
        path: "/api/v1/channels/1",
        body: {},
    },
    "GET /api/v1/channels/:id/discrepancies": {
        rule: "who may read it",
        path: "/api/v1/channels/1/discrepancies",
    },
    "GET /api/v1/channels/:id/series": {
        rule: "who may read it",
        path: "/api/v1/channels/1/series?fromMs=0&toMs=1",
    },
    "POST /api/v1/channels/:id/waveform": {
        rule: "who may change it",
        path: "/api/v1/channels/1/waveform",
    },
    "POST /api/v1/channels/:id/level": {
        rule: "who may change it",
        path: "/api/v1/channels/1/level",
        body: { seconds: 1 },
    },

    "GET /api/v1/sensors": { rule: "every account" },
    "POST /api/v1/sensors": {
        rule: "every account",
        body: { name: "x", type: "electricity", channelIds: [] },
    },
    "PATCH /api/v1/sensors/:id": {
        rule: "who may change the sensor",
        path: "/api/v1/sensors/1",
        body: {},
    },
    "DELETE /api/v1/sensors/:id": {
        rule: "who may change the sensor",
        path: "/api/v1/sensors/1",
    },
    "GET /api/v1/sensors/:id/series": {
        rule: "who may read the sensor",
        path: "/api/v1/sensors/1/series?fromMs=0&toMs=1",
    },

    "GET /api/v1/sensors/:id/statistics": {
        rule: "who may read the sensor",
        path: "/api/v1/sensors/1/statistics?fromMs=0&toMs=1",
    },
    "GET /api/v1/sensors/:id/cost": {
        rule: "who may read the sensor",
        path: "/api/v1/sensors/1/cost?fromMs=0&toMs=1",
    },
    "GET /api/v1/sensors/:id/export": {
        rule: "who may read the sensor",
        path: "/api/v1/sensors/1/export?format=csv",
    },
    "GET /api/v1/series": {
        rule: "an account that may read the sensor",
        path: "/api/v1/series?sensorIds=1&fromMs=0&toMs=1",
    },

    "GET /api/v1/homes/:id/tariffs": { rule: "who may read the home", ...home("/tariffs") },
    "POST /api/v1/homes/:id/tariffs": {
        rule: "who may add to the home it names",
        ...home("/tariffs"),
        body: { ...TARIFF, name: "Other" },
    },
    "PUT /api/v1/homes/:id/tariffs/:tariffId": {
        rule: "who may add to the home it names",
        ...home("/tariffs/1"),
        body: TARIFF,
    },
    "DELETE /api/v1/homes/:id/tariffs/:tariffId": {
        rule: "who may add to the home it names",
        ...home("/tariffs/1"),
    },
    "GET /api/v1/homes/:id/gas-values": { rule: "who may read the home", ...home("/gas-values") },
    "PUT /api/v1/homes/:id/gas-values": {
        rule: "who may add to the home it names",
        ...home("/gas-values"),
        body: { values: [] },
    },
    "GET /api/v1/homes/:id/webhooks": { rule: "a person who owns the home", ...home("/webhooks") },
    "POST /api/v1/homes/:id/webhooks": {
        rule: "a person who owns the home",
        ...home("/webhooks"),
        body: { url: "https://example.org", secret: "a secret of some length", kinds: ["sag"] },
    },
    "DELETE /api/v1/homes/:id/webhooks/:webhookId": {
        rule: "a person who owns the home",
        ...home("/webhooks/1"),
    },

    "GET /api/v1/channels/:id/meter-readings": {
        rule: "who may read it",
        path: "/api/v1/channels/1/meter-readings",
    },
    "POST /api/v1/channels/:id/meter-readings": {
        rule: "who may change it",
        path: "/api/v1/channels/1/meter-readings",
        body: { reading: 1 },
    },
    "DELETE /api/v1/channels/:id/meter-readings/:readingId": {
        rule: "who may change it",
        path: "/api/v1/channels/1/meter-readings/1",
    },

    "GET /api/v1/now": { rule: "every account" },
    "GET /api/v1/events": { rule: "every account" },
    "GET /api/v1/live": { rule: "every account" },
    "GET /api/v1/retention": { rule: "every account" },
    "PUT /api/v1/retention": {
        rule: "who runs the server",
        body: { keepSlotsDays: null, keepMinutesDays: null },
    },
    "GET /api/v1/waveforms": {
        rule: "who may read it",
        path: "/api/v1/waveforms?channelId=1",
    },
    "GET /api/v1/waveforms/:id": { rule: "who may read it", path: "/api/v1/waveforms/1" },

    ...FOREIGN_RULES,
    "GET /api/v1/openapi.json": { rule: "everybody" },
    "GET /api/v1/docs": { rule: "everybody" },
    "GET /api/v1/docs/json": { rule: "everybody" },
    "GET /api/v1/docs/yaml": { rule: "everybody" },
    "GET /api/v1/docs/static/index.html": { rule: "everybody" },
    "GET /api/v1/docs/static/swagger-initializer.js": { rule: "everybody" },
    "GET /api/v1/docs/static/*": {
        rule: "everybody",
        path: "/api/v1/docs/static/swagger-ui.css",
    },
    "GET /*": { rule: "everybody", path: "/index.html" },
}

function home(rest: string) {
    return { path: `/api/v1/homes/1${rest}` }
}

function device(rest: string) {
    return { path: `/api/v1/devices/${DEVICE_ID}${rest}` }
}
