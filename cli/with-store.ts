import { randomBytes } from "node:crypto"
import { createSecretBox } from "../server/auth/secret-box.js"
import { openDataDir } from "../server/data-dir.js"
import { openSqliteStore } from "../server/store/sqlite.js"
import type { Store } from "../server/store/store.js"

/** Opens the store of a data folder that no server has, and closes it after `work`. */
export async function withStore(
    dataDir: string,
    work: (store: Store) => void | Promise<void>
): Promise<void> {
    const data = openDataDir(dataDir, randomBytes)
    try {
        const secretBox = createSecretBox(data.secretKey, randomBytes)
        const store = await openSqliteStore({ file: data.databaseFile, secretBox })
        try {
            await work(store)
        } finally {
            store.close()
        }
    } finally {
        data.release()
    }
}
