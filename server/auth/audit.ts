import type { FastifyRequest } from "fastify"
import type { Deps } from "../deps.js"
import type { Access } from "./access.js"

/** Who did what, from where; never a secret. */
export interface AuditEntry {
    /** A user's name, or what kind of token it was; null for a stranger. */
    actor: string | null
    address: string
    action: string
    homeId: number | null
    details: Record<string, unknown>
}

type AuditDeps = Pick<Deps, "store" | "clock" | "readOnly">

/** The log of what people and programs changed, and of who came in. */
export class Audit {
    constructor(
        private readonly deps: AuditDeps,
        private readonly access: Access
    ) {}

    /** What a request did. Only what is named in `details` is written, so that no body ever is. */
    note(request: FastifyRequest, action: string, details: Record<string, unknown> = {}): void {
        if (this.deps.readOnly) return
        this.deps.store.addAuditEntry({
            atMs: this.deps.clock(),
            actor: this.actorOf(request),
            address: request.ip,
            action,
            homeId: request.homeId,
            details,
        })
    }

    private actorOf({ holder, user }: FastifyRequest): string | null {
        if (!holder) return user?.name ?? null
        const name = this.access.userOf(holder)
        if (holder.kind === "sensor") return `token of sensor ${holder.sensorId}`
        if (holder.kind === "device") return `token of device ${holder.deviceId}`
        return holder.kind === "account" ? `token of ${name}` : (name ?? null)
    }
}
