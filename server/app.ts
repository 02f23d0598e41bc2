import { existsSync } from "node:fs"
import type { Server } from "node:http"
import { createServer } from "node:https"
import { setTimeout as wait } from "node:timers/promises"
import cookie from "@fastify/cookie"
import helmet from "@fastify/helmet"
import fastifyStatic from "@fastify/static"
import swagger from "@fastify/swagger"
import Fastify, {
    type FastifyError,
    type FastifyInstance,
    type FastifyServerFactory,
    LogController,
} from "fastify"
import {
    jsonSchemaTransform,
    serializerCompiler,
    validatorCompiler,
    type ZodTypeProvider,
} from "fastify-type-provider-zod"
import { Access } from "./auth/access.js"
import { Audit } from "./auth/audit.js"
import { guardRoutes } from "./auth/guard.js"
import { listRoutes } from "./auth/route-table.js"
import { Sessions } from "./auth/sessions.js"
import { Tries } from "./auth/tries.js"
import { blinkikiRoutes } from "./compat/blinkiki/routes.js"
import { espmeterRoutes } from "./compat/espmeter/routes.js"
import type { Deps, RouteDeps } from "./deps.js"
import { AppError, sendError } from "./errors.js"
import { Ingest } from "./ingest.js"
import { LiveHub } from "./live-hub.js"
import { RetentionJob } from "./retention.js"
import { accountRoutes } from "./routes/account.js"
import { calibrationRoutes } from "./routes/calibrations.js"
import { channelRoutes } from "./routes/channels.js"
import { deviceSettingsRoutes } from "./routes/device-settings.js"
import { deviceRoutes } from "./routes/devices.js"
import { discrepancyRoutes } from "./routes/discrepancies.js"
import { docsRoutes } from "./routes/docs.js"
import { eventRoutes } from "./routes/events.js"
import { foreignDeviceRoutes } from "./routes/foreign-devices.js"
import { healthRoutes } from "./routes/health.js"
import { homeRoutes } from "./routes/homes.js"
import { invitationRoutes } from "./routes/invitations.js"
import { levelRoutes } from "./routes/levels.js"
import { liveRoutes } from "./routes/live.js"
import { noteRoutes } from "./routes/notes.js"
import { nowRoutes } from "./routes/now.js"
import { ownershipRoutes } from "./routes/ownership.js"
import { retentionRoutes } from "./routes/retention.js"
import { sensorRoutes } from "./routes/sensors.js"
import { seriesRoutes } from "./routes/series.js"
import { sessionRoutes } from "./routes/session.js"
import { shareRoutes } from "./routes/shares.js"
import { tokenRoutes } from "./routes/tokens.js"
import { waveformRoutes } from "./routes/waveforms.js"
import { StoreHealth } from "./store-health.js"
import type { TlsFiles } from "./tls-files.js"
import { Gateway } from "./transports/gateway.js"

const MAX_BODY_BYTES = 16_384
/** How long a stop waits for answers under way. */
const STOP_GRACE_MS = 1000
/** Ten times what deleting a slice takes, so that reports and pages hardly notice. */
const SLICE_PAUSE_MS = 50

/** The whole server, ready but not listening: every plugin, route and transport in order. */
export async function buildApp(given: Deps): Promise<FastifyInstance> {
    // a simulated clock may have fractions; messages and rows hold whole milliseconds
    const whole = { ...given, clock: () => Math.floor(given.clock()) }
    const pause = (ms: number) => wait(ms, undefined, { ref: false })
    const sessions = new Sessions(whole)
    const access = new Access(whole, sessions)
    const tries = new Tries({ uptimeMs: given.uptimeMs, wait: given.wait ?? pause })
    const audit = new Audit(whole, access)
    const deps: RouteDeps = { ...whole, access, tries, audit }
    const { logger } = deps
    const app = Fastify({
        ...(deps.tls && { serverFactory: overTls(deps.tls) }),
        trustProxy: deps.trustedProxies?.length ? deps.trustedProxies : false,
        ...(logger ? { loggerInstance: logger } : { logger: false }),
        bodyLimit: MAX_BODY_BYTES,
        logController: new LogController({ disableRequestLogging: true }),
    }).withTypeProvider<ZodTypeProvider>()
    listRoutes(app)
    app.setValidatorCompiler(validatorCompiler)
    app.setSerializerCompiler(serializerCompiler)
    const health = new StoreHealth({ ...deps, log: app.log })
    app.setErrorHandler<FastifyError>((error, request, reply) =>
        sendError(health.explain(error), request, reply)
    )
    app.setNotFoundHandler(() => {
        throw new AppError("not_found", "There is nothing at this address.")
    })

    await app.register(helmet, { contentSecurityPolicy: CONTENT_SECURITY })
    await app.register(cookie)
    await app.register(swagger, {
        openapi: { info: { title: "Meterbeat", version: "1" } },
        transform: jsonSchemaTransform,
    })

    const hub = new LiveHub()
    const ingest = new Ingest({ ...deps, hub, health, log: app.log })
    const retention = new RetentionJob({
        ...deps,
        health,
        log: app.log,
        pause: () => pause(SLICE_PAUSE_MS),
    })
    const gateway = new Gateway(deps, { ingest, hub, health, log: app.log })
    await app.register(
        async api => {
            guardRoutes(api, { ...deps, sessions })
            await api.register(healthRoutes(deps, health))
            await api.register(sessionRoutes(deps, sessions))
            await api.register(accountRoutes(deps))
            await api.register(homeRoutes(deps))
            await api.register(invitationRoutes(deps, sessions))
            await api.register(shareRoutes(deps))
            await api.register(tokenRoutes(deps))
            await api.register(ownershipRoutes(deps, gateway))
            await api.register(deviceRoutes(deps, gateway))
            await api.register(foreignDeviceRoutes(deps))
            await api.register(noteRoutes(deps))
            await api.register(deviceSettingsRoutes(deps, gateway))
            await api.register(calibrationRoutes(deps, gateway))
            await api.register(channelRoutes(deps))
            await api.register(discrepancyRoutes(deps))
            await api.register(sensorRoutes(deps))
            await api.register(seriesRoutes(deps))
            await api.register(nowRoutes(deps))
            await api.register(retentionRoutes(deps, retention))
            await api.register(eventRoutes(deps))
            await api.register(waveformRoutes(deps, gateway))
            await api.register(levelRoutes(deps, gateway))
            await api.register(liveRoutes(deps, hub))
        },
        { prefix: "/api/v1" }
    )
    await app.register(blinkikiRoutes(deps, hub))
    await app.register(espmeterRoutes(deps, hub))
    await app.register(docsRoutes, { prefix: "/api/v1" })
    if (deps.webDir && existsSync(deps.webDir))
        await app.register(fastifyStatic, { root: deps.webDir })

    gateway.attach(app.server)
    app.addHook("preClose", async () => {
        await retention.stop()
        ingest.flush()
        gateway.close()
        // browsers open connections ahead of need; without a request, none of them would ever end
        setTimeout(() => app.server.closeAllConnections(), STOP_GRACE_MS).unref()
    })
    await app.ready()
    if (!deps.readOnly) retention.start()
    return app
}

/** The type of the server is that of a plain one, of which nothing is used that this one has not. */
function overTls(files: TlsFiles): FastifyServerFactory {
    return handler => createServer(files, handler) as unknown as Server
}

const CONTENT_SECURITY = {
    useDefaults: false,
    directives: {
        defaultSrc: ["'self'"],
        imgSrc: ["'self'", "data:"],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
    },
}
