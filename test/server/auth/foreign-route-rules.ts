import { DEVICE_ID } from "../helpers.js"
import type { RouteRule } from "./route-rules.js"

const TOKEN_OF_ITS_FORMAT: RouteRule = {
    rule: "whoever has a token of its format, which none of these is",
}
const WHOM_ITS_FORMAT_NAMES: RouteRule = { rule: "whom its format names" }
const EVERYBODY: RouteRule = { rule: "everybody" }

/** Routes of other projects' clients and devices, which bring what their format has, and what an owner sets for them. */
export const FOREIGN_RULES: Record<string, RouteRule> = {
    "POST /api/login": TOKEN_OF_ITS_FORMAT,
    "GET /api/ipu": TOKEN_OF_ITS_FORMAT,
    "GET /api/24h": TOKEN_OF_ITS_FORMAT,
    "GET /api/7d": TOKEN_OF_ITS_FORMAT,
    "GET /api/nday/:id": TOKEN_OF_ITS_FORMAT,
    "GET /api/nhour/:id": TOKEN_OF_ITS_FORMAT,
    "POST /apiv2/login": TOKEN_OF_ITS_FORMAT,
    "GET /apiv2/ipu": TOKEN_OF_ITS_FORMAT,
    "PUT /apiv2/e-energy": TOKEN_OF_ITS_FORMAT,
    "PUT /apiv2/e-power": TOKEN_OF_ITS_FORMAT,
    "GET /apiv2/tables/:table": TOKEN_OF_ITS_FORMAT,
    "GET /apiv2/measurement": TOKEN_OF_ITS_FORMAT,
    "POST /openstrom/packages": TOKEN_OF_ITS_FORMAT,
    "GET /apiv2": EVERYBODY,
    "GET /apiv2/": EVERYBODY,
    "OPTIONS /api/login": EVERYBODY,
    "OPTIONS /api/ipu": EVERYBODY,
    "OPTIONS /api/24h": EVERYBODY,
    "OPTIONS /api/7d": EVERYBODY,
    "OPTIONS /api/nday/:id": EVERYBODY,
    "OPTIONS /api/nhour/:id": EVERYBODY,
    "POST /sensor/up": WHOM_ITS_FORMAT_NAMES,
    "POST /sensor/report": WHOM_ITS_FORMAT_NAMES,
    "GET /sensor/:id": WHOM_ITS_FORMAT_NAMES,
    "POST /sensor/:id": WHOM_ITS_FORMAT_NAMES,
    "POST /device/:id": WHOM_ITS_FORMAT_NAMES,
    "GET /device/:id/sensor": WHOM_ITS_FORMAT_NAMES,
    "GET /user/:uid/sensor": WHOM_ITS_FORMAT_NAMES,
    "GET /user/:uid/device": WHOM_ITS_FORMAT_NAMES,
    "POST /espmeter/:token/post.php": WHOM_ITS_FORMAT_NAMES,
    "GET /espmeter/:token/chartdata.php": WHOM_ITS_FORMAT_NAMES,

    "GET /api/v1/sensors/:id/emon-meter": {
        rule: "who may read the sensor",
        path: "/api/v1/sensors/1/emon-meter",
    },
    "PUT /api/v1/sensors/:id/emon-meter": {
        rule: "who may change the sensor",
        path: "/api/v1/sensors/1/emon-meter",
        body: { number: 21 },
    },
    "DELETE /api/v1/sensors/:id/emon-meter": {
        rule: "who may change the sensor",
        path: "/api/v1/sensors/1/emon-meter",
    },
    "POST /api/v1/homes/:id/openstrom-devices": {
        rule: "who may add to the home it names",
        path: "/api/v1/homes/1/openstrom-devices",
        body: { serial: "x", name: "x" },
    },
    "GET /api/v1/devices/:id/relays": {
        rule: "who may read it",
        path: `/api/v1/devices/${DEVICE_ID}/relays`,
    },
    "PUT /api/v1/devices/:id/relays/:number": {
        rule: "who may change it",
        path: `/api/v1/devices/${DEVICE_ID}/relays/1`,
        body: { isOn: null },
    },
}
