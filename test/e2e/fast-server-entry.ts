import { startServer } from "../../server/main.js"

const [dataDir, port, speed, startUnixMs, startWallMs] = process.argv.slice(2)
await startServer({
    host: "127.0.0.1",
    port: Number(port),
    dataDir,
    readOnly: false,
    now: () => Number(startUnixMs) + (Date.now() - Number(startWallMs)) * Number(speed),
})
process.send?.("up")
