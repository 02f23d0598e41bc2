/** What a request comes to: let in, told to sign in, told that it may not, or that there is no such thing. */
export type Outcome = "in" | "sign in" | "may not" | "nothing" | "first password" | "failure"

/**
 * Everybody who may ask. Home 1 has an owner, an editor and a viewer, a device, its channels and sensor 1,
 * which is shared with the friend; the neighbour owns home 2 with device, channel and sensor of its own. The
 * admin runs the server and is a member of home 3 only.
 */
export const HOLDERS = [
    "stranger",
    "newcomer",
    "admin",
    "owner",
    "editor",
    "viewer",
    "neighbour",
    "friend",
    "admin's token",
    "owner's token",
    "viewer's token",
    "friend's token",
    "neighbour's token",
    "sensor's token",
    "device's token",
    "other sensor's token",
    "other device's token",
    "revoked token",
] as const
export type HolderName = (typeof HOLDERS)[number]

type Row = Record<HolderName, Outcome>

const NOBODY: Pick<Row, "stranger" | "newcomer" | "revoked token"> = {
    stranger: "sign in",
    newcomer: "first password",
    "revoked token": "sign in",
}
const PEOPLE = ["admin", "owner", "editor", "viewer", "neighbour", "friend"] as const
const ACCOUNTS = [
    "admin's token",
    "owner's token",
    "viewer's token",
    "friend's token",
    "neighbour's token",
] as const
const THINGS = [
    "sensor's token",
    "device's token",
    "other sensor's token",
    "other device's token",
] as const

function all<Name extends string>(names: readonly Name[], outcome: Outcome): Record<Name, Outcome> {
    return Object.fromEntries(names.map(name => [name, outcome])) as Record<Name, Outcome>
}

const EVERYBODY: Row = all(HOLDERS, "in")
const ANY_PERSON: Row = {
    ...NOBODY,
    ...all(PEOPLE, "in"),
    ...all(ACCOUNTS, "may not"),
    ...all(THINGS, "may not"),
}
const ANY_ACCOUNT: Row = { ...ANY_PERSON, ...all(ACCOUNTS, "in") }
const NOTHING: Row = {
    ...NOBODY,
    ...all(PEOPLE, "nothing"),
    ...all(ACCOUNTS, "nothing"),
    ...all(THINGS, "nothing"),
}
/** Of something in home 1. */
const READ: Row = {
    ...NOTHING,
    owner: "in",
    editor: "in",
    viewer: "in",
    "owner's token": "in",
    "viewer's token": "in",
    "device's token": "in",
}
const WRITE: Row = {
    ...READ,
    viewer: "may not",
    "viewer's token": "may not",
    "device's token": "may not",
}
/** The sensor is shared besides, and has a token. */
const SENSOR_READERS = ["friend", "friend's token", "sensor's token"] as const
/** Of a home itself, by its people alone. */
const HOME: Row = { ...NOTHING, ...all(ACCOUNTS, "may not"), ...all(THINGS, "may not") }

/** What each kind of route says to each of them. */
export const RULES = {
    everybody: EVERYBODY,
    // session and tokens of ours say nothing there; tests of each format say who is let in
    "whom its format names": EVERYBODY,
    "whoever has a token of its format, which none of these is": all(HOLDERS, "sign in"),
    "whoever signed in": { ...ANY_PERSON, newcomer: "in" },
    "every person": ANY_PERSON,
    "every account": ANY_ACCOUNT,
    "who runs the server": {
        ...ANY_ACCOUNT,
        ...all(PEOPLE, "may not"),
        ...all(ACCOUNTS, "may not"),
        admin: "in",
        "admin's token": "in",
    },
    "who may read it": READ,
    "who may change it": WRITE,
    "who may read the home": { ...READ, "device's token": "nothing" },
    "who may change the home": { ...WRITE, "device's token": "nothing" },
    "who owns it": { ...WRITE, editor: "may not" },
    "who may read the sensor": { ...READ, ...all(SENSOR_READERS, "in") },
    "who may change the sensor": { ...WRITE, ...all(SENSOR_READERS, "may not") },
    "an account that may read the sensor": {
        ...READ,
        ...all(["friend", "friend's token"], "in"),
        ...all(THINGS, "may not"),
    },
    "who may add to the home": { ...WRITE, ...all(THINGS, "may not") },
    "who may add to the home it names": { ...WRITE, "device's token": "nothing" },
    "a person who may read the home": { ...HOME, owner: "in", editor: "in", viewer: "in" },
    "a person who owns the home": {
        ...HOME,
        owner: "in",
        editor: "may not",
        viewer: "may not",
    },
    "an owner of the home, or the viewer for himself": {
        ...HOME,
        owner: "in",
        editor: "may not",
        viewer: "in",
    },
    "a person who may change the sensor": {
        ...HOME,
        owner: "in",
        editor: "in",
        viewer: "may not",
        friend: "may not",
    },
    "the owner of the token": { ...HOME, owner: "in" },
} satisfies Record<string, Row>
export type Rule = keyof typeof RULES
