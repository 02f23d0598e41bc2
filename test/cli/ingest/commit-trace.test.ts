import { expect, test } from "vitest"
import { judge } from "../../../cli/ingest/commit-trace.js"

// as strace -y prints them
const HEARD = 'read(24<socket:[71]>, ""..., 65536) = 85'
const STORED = 'pwrite64(17</data/meterbeat.db-wal>, ""..., 4096, 131104) = 4096'
const SYNCED = "fdatasync(17</data/meterbeat.db-wal>) = 0"
const ACKED = 'writev(24<socket:[71]>, [{iov_base=""..., iov_len=2}], 2) = 33'
const OTHER = ACKED.replace("71", "72")

test("an acknowledgement after its report, its commit and the disk is as it should be", () => {
    expect(judge([HEARD, STORED, SYNCED, ACKED])).toEqual({
        acksWritten: 1,
        logSyncs: 1,
        acksTooEarly: 0,
    })
})

test.each([
    ["before the commit", [HEARD, ACKED, STORED, SYNCED]],
    ["before the disk", [HEARD, STORED, ACKED, SYNCED]],
    ["after a sync of before it was heard", [STORED, SYNCED, HEARD, ACKED]],
    ["while a later commit is half written", [HEARD, STORED, SYNCED, STORED, ACKED]],
    ["when the sync failed", [HEARD, STORED, SYNCED.replace("= 0", "= -1 EIO"), ACKED]],
    ["when only the database was synced", [HEARD, STORED, SYNCED.replace("-wal", ""), ACKED]],
])("an acknowledgement %s is too early", (_when, lines) => {
    expect(judge(lines)).toMatchObject({ acksWritten: 1, acksTooEarly: 1 })
})

test("each device's acknowledgement is held against what it said", () => {
    const lines = [HEARD, STORED, SYNCED, HEARD.replace("71", "72"), ACKED, OTHER]
    expect(judge(lines)).toMatchObject({ acksWritten: 2, acksTooEarly: 1 })
})
