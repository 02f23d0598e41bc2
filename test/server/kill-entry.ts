import { once } from "node:events"
import { startServer } from "../../server/main.js"

// what takes longest of a start is done by now; the test kills the server before this one meanwhile
await once(process, "message")
const { url } = await startServer({
    host: "127.0.0.1",
    port: 0,
    dataDir: process.argv[2],
    readOnly: false,
    // later than every report that the test makes
    now: () => Date.UTC(2027, 0),
})
process.send?.({ url })
