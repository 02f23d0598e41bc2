import { hash, verify } from "@node-rs/argon2"

export const MIN_PASSWORD_LENGTH = 10
export const MAX_PASSWORD_LENGTH = 200

/** No letters or digits that are taken for one another; 32 of them, five bits each. */
const ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789-"
const GENERATED_LENGTH = 16
const SALT_BYTES = 16

/** A hash of a password that nobody has, so that an unknown user costs the same work. */
const NOBODY =
    "$argon2id$v=19$m=19456,t=2,p=1$cOujz97KW2iZU70V1s6QUA$KJxLwtbGOeTsN6AZKScs+eDzkT/kPzbrlIi9bunY7lI"

/** Argon2id with its parameters and salt inside. */
export function hashPassword(
    password: string,
    randomBytes: (n: number) => Buffer
): Promise<string> {
    return hash(password, { salt: randomBytes(SALT_BYTES) })
}

/** Takes the same work whether or not there is a hash to check against. */
export async function checkPassword(
    password: string,
    passwordHash: string | undefined
): Promise<boolean> {
    const isRight = await verify(passwordHash ?? NOBODY, password)
    return isRight && passwordHash !== undefined
}

/** 16 characters, 80 random bits. */
export function generatePassword(randomBytes: (n: number) => Buffer): string {
    return Array.from(randomBytes(GENERATED_LENGTH), byte => ALPHABET[byte % 32]).join("")
}
