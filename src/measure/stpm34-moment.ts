/** A sine's three samples miss its curve by less than this part of the nominal Vrms. */
const TOLERANCE = 0.002

/**
 * Vrms of a sine from three samples `stepS` apart, in the samples' unit of Vrms; undefined where they
 * lie on no sine of that frequency: the voltage was changing between them.
 */
export function rmsOfMoment(
    samples: number[],
    stepS: number,
    frequencyHz: number,
    nominal: number
): number | undefined {
    const angle = 6.283185307 * frequencyHz * stepS
    const square = angle * angle
    const sine = angle * (1 - square / 6 + (square * square) / 120)
    const cosine = 1 - square / 2 + (square * square) / 24
    const first = samples[0]
    const middle = samples[1]
    const last = samples[2]
    if (Math.abs(first + last - 2 * middle * cosine) > TOLERANCE * nominal) return undefined
    const quadrature = (last - first) / (2 * sine)
    return Math.sqrt((middle * middle + quadrature * quadrature) / 2)
}
