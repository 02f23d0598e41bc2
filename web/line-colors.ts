import type { Channel } from "./api.js"

const COLORS = 8

/** The class that gives a channel its colour, the same one whatever else is drawn. */
export function lineClass(channels: Channel[], channelId: number): string {
    return `line-${(lineIndex(channels, channelId) % COLORS) + 1}`
}

/** The colour itself, as the theme has it now. */
export function lineColor(style: CSSStyleDeclaration, channels: Channel[], id: number): string {
    return style.getPropertyValue(`--${lineClass(channels, id)}`).trim()
}

function lineIndex(channels: Channel[], channelId: number): number {
    return Math.max(
        0,
        channels.findIndex(({ id }) => id === channelId)
    )
}
