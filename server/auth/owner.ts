import { FIRST_HOME } from "../store/people-store.js"
import type { Store } from "../store/store.js"
import { generatePassword, hashPassword } from "./passwords.js"

const OWNER = "owner"

/** On a new database, adds the owner and returns the password to show once. */
export async function ensureOwner(
    store: Store,
    randomBytes: (n: number) => Buffer
): Promise<string | undefined> {
    if (store.user(OWNER)) return undefined
    const password = generatePassword(randomBytes)
    const passwordHash = await hashPassword(password, randomBytes)
    store.saveUser({ name: OWNER, passwordHash, mustChangePassword: true, isAdmin: true })
    const home = store.home(FIRST_HOME)
    if (home && store.members(FIRST_HOME).length === 0)
        store.saveHome({ ...home, timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone })
    store.saveMember(FIRST_HOME, OWNER, "owner")
    return password
}
