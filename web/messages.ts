import { type ChannelType, isEnergy } from "./api.js"

const plural = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`

/** Every sentence and label of the page. */
export const messages = {
    title: "Meterbeat",
    theme: { auto: "Theme: as the system", light: "Theme: light", dark: "Theme: dark" },
    signOut: "Sign out",
    readOnly: "Read-only",
    loading: "Loading…",

    link: {
        up: "Live",
        connecting: "Connecting…",
        down: "Connection lost",
        downHelp:
            "What you see is the last that arrived. Check that the server is running; this page keeps trying.",
    },
    unreachable: "The server does not answer",
    unreachableHelp:
        "Check that it is running and that this device is on the same network. This page keeps trying.",

    signIn: {
        heading: "Sign in",
        user: "User",
        password: "Password",
        submit: "Sign in",
        busy: "Signing in…",
        wrong: "That user and password do not fit. Check both and try again.",
        expired: "Your session has ended. Sign in again.",
        hint: "The first password is printed in the terminal where the server was started.",
    },
    newPassword: {
        heading: "Choose your own password",
        why: "The first password was made for this sign-in only. Choose one that only you know.",
        current: "First password",
        next: "New password",
        rule: "At least 10 characters. A few words in a row are easy to remember.",
        submit: "Save password",
        busy: "Saving…",
        tooShort: "The new password needs at least 10 characters.",
        wrong: "The first password is not right. Check it and try again.",
        same: "The new password must differ from the first one.",
    },

    house: "Whole house",
    powerNow: "Power now",
    today: "Today",
    total: "Total",
    notReporting: (stale: number, all: number) =>
        all === 1
            ? "Not reporting"
            : `${stale} of ${plural(all, "channel", "channels")} not reporting`,
    sumOf: (channels: number) => `Sum of ${channels} channels`,
    lastSeen: (ago: string) => `Last seen ${ago}`,
    neverSeen: "Nothing received yet",
    waiting: "Waiting for the first pulses",
    waitingMains: "Waiting for the first reading",
    delivered: "Delivered",
    powerFactor: "PF",
    apparent: "apparent power",
    unknown: "–",
    rateNow: (type: ChannelType) => (isEnergy(type) ? "Power now" : "Flow now"),
    readingsHeading: "Now",

    chart: {
        heading: "Over time",
        ranges: "Time range",
        channels: "Channels in the chart",
        backToNow: "Back to now",
        zoomIn: "Zoom in",
        zoomOut: "Zoom out",
        reset: "Reset",
        label: (names: string, stretch: string) => `Chart of ${names}, ${stretch}`,
        help: "Scroll or pinch to zoom, drag to move, double-click to reset. Keys: plus, minus, left, right, 0.",
        empty: "No readings in this stretch of time. Choose a longer range or move to another day.",
        failed: "The chart could not be loaded",
        noChannels: "No channel yet",
        channel: "Channel",
        atCursor: "At cursor",
        average: "Average",
        lowest: "Lowest",
        highest: "Highest",
        inView: (stretch: string) => `In view: ${stretch}`,
    },

    events: {
        heading: "Events",
        all: "Whole device",
        of: {
            "torn-off": "Sensor sees nothing",
            blinded: "Sensor blinded",
            shorted: "Sensor stuck",
            "foreign-magnet": "Foreign magnet",
            "clamp-open": "Clamp open",
            sag: "Voltage sag",
            swell: "Voltage swell",
            frequency: "Frequency out of range",
            overload: "Overload",
            settings: "New settings in force",
            calibration: "Calibrated",
        } as { [kind: string]: string },
        other: "Unknown event",
        version: (version: string) => `version ${version}`,
        lasted: (duration: string) => `for ${duration}`,
    },

    devices: {
        heading: "Devices",
        online: "Online",
        offline: "Offline",
        silent: "Silent",
        none: "No device yet",
        noneHelp: "Start the simulator or add a device. Its readings appear here by themselves.",
        simulate: "npx meterbeat simulate --help",
        channels: (count: number) => plural(count, "channel", "channels"),
    },
}
