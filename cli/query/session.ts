import { Agent, get } from "node:http"

/** Somebody signed in, who asks one thing after the other over one connection. */
export class ApiSession {
    private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 })

    private constructor(
        private readonly url: string,
        private readonly cookie: string
    ) {}

    /** Signs in with the first password and replaces it. */
    static async open(url: string, firstPassword: string): Promise<ApiSession> {
        const newPassword = `${firstPassword}-of-the-bench`
        const signIn = { user: "owner", password: firstPassword }
        const first = cookieOf(await send(url, "POST", "sign-in", "", signIn))
        const change = { currentPassword: firstPassword, newPassword }
        // a new password ends the session and begins another
        return new ApiSession(url, cookieOf(await send(url, "PUT", "password", first, change)))
    }

    async put(path: string, body: object): Promise<void> {
        await send(this.url, "PUT", path, this.cookie, body)
    }

    async post(path: string, body: object): Promise<void> {
        await send(this.url, "POST", path, this.cookie, body)
    }

    /** The answer, and the time from the question to its last byte. */
    get(path: string): Promise<{ text: string; tookMs: number }> {
        const fromMs = performance.now()
        return new Promise((resolve, reject) => {
            const options = { agent: this.agent, headers: { cookie: this.cookie } }
            const request = get(`${this.url}/api/v1/${path}`, options, response => {
                const chunks: Buffer[] = []
                response.on("data", chunk => chunks.push(chunk))
                response.on("end", () => {
                    const tookMs = performance.now() - fromMs
                    const text = Buffer.concat(chunks).toString()
                    if (response.statusCode === 200) resolve({ text, tookMs })
                    else reject(new Error(`The server refuses ${path}: ${text}`))
                })
            })
            request.on("error", reject)
        })
    }

    close(): void {
        this.agent.destroy()
    }
}

function cookieOf(response: Response): string {
    return response.headers.getSetCookie()[0].split(";")[0]
}

async function send(url: string, method: string, path: string, cookie: string, body: object) {
    const response = await fetch(`${url}/api/v1/${path}`, {
        method,
        headers: { cookie, "content-type": "application/json" },
        body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`The server refuses ${path}: ${await response.text()}`)
    return response
}
