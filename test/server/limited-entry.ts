import { pino } from "pino"
import { startServer } from "../../server/main.js"

// a write above the limit that the test sets then fails as on a broken disk, instead of ending the process
process.on("SIGXFSZ", () => undefined)
const { url } = await startServer({
    host: "127.0.0.1",
    port: 0,
    dataDir: process.argv[2],
    readOnly: false,
    logger: pino({ level: "warn" }),
    now: () => Date.UTC(2027, 0),
})
process.send?.({ url })
