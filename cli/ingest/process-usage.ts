import { readFileSync } from "node:fs"

/** Clock ticks a second in /proc, the same on every Linux. */
const TICKS_PER_S = 100

/** What a process has used so far; zeros where the system does not tell. */
export interface Usage {
    cpuS: number
    residentBytes: number
    writtenBytes: number
}

export function usageOf(pid: number): Usage {
    try {
        const stat = readFileSync(`/proc/${pid}/stat`, "ascii")
        const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
        const status = readFileSync(`/proc/${pid}/status`, "ascii")
        const io = readFileSync(`/proc/${pid}/io`, "ascii")
        return {
            cpuS: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S,
            residentBytes: Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1024,
            writtenBytes: Number(/^write_bytes: (\d+)/m.exec(io)?.[1] ?? 0),
        }
    } catch {
        return { cpuS: 0, residentBytes: 0, writtenBytes: 0 }
    }
}
