import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { compileFunction } from "node:vm"

const CLI_VERSION = "2.16.4"
const MODULE_START = '"runtime/devicescript-vm/built/devicescript-vm.js"(exports, module2) {'
const MODULE_END = "\n  }\n});"

/** The outside world as one VM sees it; every clock, socket and random byte comes from here. */
export interface VmHost {
    /** The device's clock in ms; it should move by a microsecond from call to call. */
    now(): number
    /** Asks to be called once after `ms`; a second call before that replaces nothing. */
    setTimeout(callback: () => void, ms: number): number
    clearTimeout(id: number): void
    /** Stands in for Node's `net` (`createConnection({ host, port })`). */
    net: { createConnection(options: { host: string; port: number }): unknown }
    /** Stands in for Node's `tls` (`connect({ host, port })`). */
    tls: { connect(options: { host: string; port: number }): unknown }
    randomBytes(size: number): Uint8Array
}

/** The runtime's WebAssembly module, as its own wrapper offers it. */
export interface Vm {
    HEAPU8: Uint8Array
    flashSize: number
    flashLoad: () => Uint8Array
    flashSave: (data: Uint8Array) => void
    dmesg: (line: string) => void
    log: (...args: unknown[]) => void
    error: (...args: unknown[]) => void
    sendPacket: (frame: Uint8Array) => void
    panicHandler: (code: number) => void
    handlePacket(frame: Uint8Array): void
    devsSetDeviceId(id: string): void
    devsStart(): void
    devsStop(): void
}

type Factory = (options: object) => Promise<Vm>

const PARAMETERS = [
    "exports",
    "module2",
    "require",
    "Date",
    "setTimeout",
    "clearTimeout",
    "setInterval",
    "clearInterval",
    "process",
    "console",
    "WebAssembly",
    "__filename",
    "__dirname",
]

let compiled: ReturnType<typeof compileFunction> | undefined
let wasmModule: Promise<unknown> | undefined

/** What the runtime's loader uses of WebAssembly, which Node's types leave out. */
interface WasmApi {
    compile(binary: Uint8Array): Promise<unknown>
    instantiate(module: unknown, imports: unknown): Promise<unknown>
    RuntimeError: unknown
}

const wasm = (globalThis as unknown as { WebAssembly: WasmApi }).WebAssembly

/**
 * Makes one more device: the runtime of the installed DeviceScript package on the given host.
 * Throws an Error with one sentence when the package is absent or of another version.
 */
export async function createVm(host: VmHost): Promise<Vm> {
    compiled ??= compileRuntime()
    const module2: { exports?: Factory } = {}
    const silent = () => undefined
    compiled(
        {},
        module2,
        requireFor(host),
        { now: host.now },
        host.setTimeout,
        host.clearTimeout,
        // only the loader's own watchdog uses it; a real one would keep the process alive
        silent,
        host.clearTimeout,
        { versions: process.versions, release: process.release, argv: [] },
        { log: silent, debug: silent, warn: silent, error: silent },
        cachingWebAssembly(),
        "devicescript-vm.js",
        "."
    )
    if (!module2.exports) throw new Error("The DeviceScript runtime did not load.")
    return module2.exports({})
}

function requireFor(host: VmHost): (name: string) => unknown {
    const real = createRequire(import.meta.url)
    return name => {
        if (name === "net" || name === "node:net") return host.net
        if (name === "tls" || name === "node:tls") return host.tls
        if (name === "crypto") return { randomBytes: host.randomBytes }
        return real(name)
    }
}

/** Compiles the WebAssembly once for all devices of the process. */
function cachingWebAssembly(): object {
    return {
        RuntimeError: wasm.RuntimeError,
        instantiate: async (binary: Uint8Array, imports: unknown) => {
            wasmModule ??= wasm.compile(binary)
            const module = await wasmModule
            return { module, instance: await wasm.instantiate(module, imports) }
        },
    }
}

function compileRuntime(): ReturnType<typeof compileFunction> {
    const bundle = readBundle()
    const start = bundle.indexOf(MODULE_START)
    const end = bundle.indexOf(MODULE_END, start)
    if (start < 0 || end < 0)
        throw new Error(
            `The DeviceScript runtime is not where @devicescript/cli ${CLI_VERSION} keeps it.`
        )
    return compileFunction(bundle.slice(start + MODULE_START.length, end), PARAMETERS, {
        filename: "devicescript-vm.js",
    })
}

function readBundle(): string {
    const resolve = createRequire(import.meta.url).resolve
    let manifestPath: string
    try {
        manifestPath = resolve("@devicescript/cli/package.json")
    } catch {
        throw new Error("@devicescript/cli is not installed: run 'npm ci' first.")
    }
    const manifest = JSON.parse(readFileSync(manifestPath, "utf8")) as { version: string }
    if (manifest.version !== CLI_VERSION)
        throw new Error(
            `The simulator needs @devicescript/cli ${CLI_VERSION}, but ${manifest.version} is installed: run 'npm ci'.`
        )
    return readFileSync(join(dirname(manifestPath), "built", "devicescript-cli.cjs"), "utf8")
}
