import { startServer } from "../../server/main.js"

const [dataDir, port] = process.argv.slice(2)
const { url } = await startServer({
    host: "127.0.0.1",
    port: Number(port),
    dataDir,
    readOnly: false,
    // later than every report that the test makes
    now: () => Date.UTC(2027, 0),
})
process.send?.({ url })
