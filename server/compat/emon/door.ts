import type { FastifyRequest } from "fastify"
import type { Holder } from "../../auth/access.js"
import { checkPassword } from "../../auth/passwords.js"
import type { RouteDeps } from "../../deps.js"
import type { EmonMeter } from "../../store/emon-store.js"
import { EmonLogins } from "./logins.js"
import { EmonRefusal } from "./refusal.js"
import { fieldsOf } from "./request-body.js"

const TOKEN_HEADER = "x-access-token"
/** Longer ones are no user's; no work is done for them. */
const MAX_FIELD = 200

/** Lets emon's clients in, and tells what they may see. */
export class Door {
    private readonly logins: EmonLogins

    constructor(private readonly deps: RouteDeps) {
        this.logins = new EmonLogins(deps)
    }

    /** The answer to a login. Throws EmonRefusal. */
    async login(
        request: FastifyRequest
    ): Promise<{ token: string; expires: number; user: string }> {
        const { store, tries, audit } = this.deps
        const { username, password } = fieldsOf(request)
        if (!isFilled(username) || !isFilled(password)) throw unknownUser()
        await tries.checkTry(request.ip, "a password")
        const user = store.user(username)
        const isRight = await checkPassword(password, user?.passwordHash)
        // a first password opens nothing but its own replacement
        if (!user || !isRight || user.mustChangePassword) {
            request.homeId = null
            audit.note(request, "emon sign-in refused", { user: username })
            await tries.failedTry(request.ip)
            throw unknownUser()
        }
        const { token, expiresMs } = this.logins.begin(user.name)
        return { token, expires: expiresMs, user: user.name }
    }

    /** Who a token is of: a login's, or one that was made for a sensor or an account. Throws EmonRefusal. */
    async holderOf(request: FastifyRequest, sentence: string): Promise<Holder> {
        const { access, tries } = this.deps
        const token = request.headers[TOKEN_HEADER]
        if (typeof token !== "string" || token === "") throw new EmonRefusal(401, sentence)
        const user = this.logins.user(token)
        const holder = user ? { kind: "user" as const, name: user.name } : access.ofToken(token)
        if (holder) return holder
        await tries.failedTry(request.ip)
        throw new EmonRefusal(401, sentence)
    }

    /** By home and number. */
    metersOf(holder: Holder): EmonMeter[] {
        const { store, access } = this.deps
        return store.emonMeters().filter(({ sensorId }) => access.mayReadSensor(holder, sensorId))
    }

    /** The first of that number. Throws EmonRefusal. */
    meterOf(holder: Holder, number: number): EmonMeter {
        const meter = this.metersOf(holder).find(one => one.number === number)
        if (!meter) throw new EmonRefusal(404, `There is no meter ${number}.`)
        return meter
    }
}

function isFilled(field: unknown): field is string {
    return typeof field === "string" && field !== "" && field.length <= MAX_FIELD
}

function unknownUser(): EmonRefusal {
    return new EmonRefusal(401, "Unknown USER, bye")
}
