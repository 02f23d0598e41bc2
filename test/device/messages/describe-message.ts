import * as ds from "@devicescript/core"
import { beforeEach, describe, expect, test } from "@devicescript/test"
import { isSame } from "../../wire/same.js"
import type { Malformed } from "../../wire/vectors.js"

export interface Vector<T> {
    name: string
    message: T
    hex: string
}

/** A pause before each test, since the runtime ends a program that runs on without one. */
export function pauseBeforeEach(): void {
    beforeEach(async () => {
        await ds.sleep(1)
    })
}

export function testRefusals(malformed: Malformed[], decode: (bytes: Buffer) => unknown): void {
    malformed.forEach(bad => {
        test(`refuses ${bad.hex}`, () => {
            expect(`${decode(Buffer.from(bad.hex, "hex"))}`).toBe(bad.reason)
        })
    })
}

export function describeMessage<T>(
    name: string,
    vectors: Vector<T>[],
    malformed: Malformed[],
    encode: (message: T) => Buffer,
    decode: (bytes: Buffer) => T | string
): void {
    describe(name, () => {
        pauseBeforeEach()
        vectors.forEach(vector => {
            test(vector.name, () => {
                expect(encode(vector.message).toString("hex")).toBe(vector.hex)
                const decoded = decode(Buffer.from(vector.hex, "hex"))
                expect(isSame(decoded, vector.message)).toBe(true)
            })
        })
        testRefusals(malformed, decode)
    })
}

/** Messages that are read and not written any more. */
export function describeOld<T>(name: string, vectors: Vector<T>[], decode: (b: Buffer) => unknown) {
    describe(name, () => {
        pauseBeforeEach()
        vectors.forEach(vector => {
            test(vector.name, () => {
                expect(isSame(decode(Buffer.from(vector.hex, "hex")), vector.message)).toBe(true)
            })
        })
    })
}
