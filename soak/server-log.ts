import type { FastifyBaseLogger } from "fastify"

export type OnLog = (level: "warn" | "error", text: string) => void

/** What the server logs, as one sentence each; only what is at least a warning. */
export function logTo(onLog: OnLog): FastifyBaseLogger {
    const tell = (level: "warn" | "error") => (fields: object | string, text?: string) => {
        if (typeof fields === "string") onLog(level, fields)
        else {
            const { reason, err } = fields as { reason?: string; err?: Error }
            onLog(level, `${text ?? ""}: ${reason ?? err?.message ?? ""}`)
        }
    }
    const nothing = () => undefined
    const log = {
        level: "warn",
        silent: nothing,
        debug: nothing,
        info: nothing,
        trace: nothing,
        warn: tell("warn"),
        error: tell("error"),
        fatal: tell("error"),
        child: () => log,
    }
    return log as unknown as FastifyBaseLogger
}
