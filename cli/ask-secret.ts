import { createInterface } from "node:readline/promises"
import { Writable } from "node:stream"

/** Asks a person, without showing what is typed. Throws an Error with one sentence when nobody is there. */
export async function askSecret(question: string): Promise<string> {
    if (!process.stdin.isTTY)
        throw new Error(
            "Set METERBEAT_WIFI_PASSWORD to the network's password: there is no terminal."
        )
    process.stderr.write(question)
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
    const asked = createInterface({ input: process.stdin, output: nowhere, terminal: true })
    try {
        return await asked.question("")
    } finally {
        asked.close()
        process.stderr.write("\n")
    }
}
