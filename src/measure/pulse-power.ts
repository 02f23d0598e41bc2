/**
 * Power in W from the time between pulses, bounded by the silence since the last one:
 * 3,600,000 * whPerPulse / max(intervalMs, sinceLastMs), with whPerPulse in Wh. When the next pulse
 * is overdue the load must have dropped at least that far. Undefined without an interval.
 */
export function pulsePowerW(
    whPerPulse: number,
    intervalMs: number,
    sinceLastMs: number
): number | undefined {
    const spanMs = Math.max(intervalMs, sinceLastMs)
    if (intervalMs <= 0 || whPerPulse <= 0) return undefined
    return (3600000 * whPerPulse) / spanMs
}
