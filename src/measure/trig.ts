// The device's Math has no trigonometry.

/** Sine of an angle in radians, good to 1e-11 within a few turns. */
export function sin(angle: number): number {
    let x = angle - 2 * Math.PI * Math.floor(angle / (2 * Math.PI) + 0.5)
    if (x > Math.PI / 2) x = Math.PI - x
    else if (x < -Math.PI / 2) x = -Math.PI - x
    const y = x * x
    let sum = 1 - y / 210
    sum = 1 - (y / 156) * sum
    sum = 1 - (y / 110) * sum
    sum = 1 - (y / 72) * sum
    sum = 1 - (y / 42) * sum
    sum = 1 - (y / 20) * sum
    return x * (1 - (y / 6) * sum)
}

/** Cosine of an angle in radians. */
export function cos(angle: number): number {
    return sin(angle + Math.PI / 2)
}

/** Angle of the vector (x, y) in radians, from -PI to PI; 0 for no vector. */
export function atan2(y: number, x: number): number {
    const absX = x < 0 ? -x : x
    const absY = y < 0 ? -y : y
    if (absX + absY === 0) return 0
    const steep = absY > absX
    const eighth = atanBelowOne(steep ? absX / absY : absY / absX)
    const quarter = steep ? Math.PI / 2 - eighth : eighth
    const half = x < 0 ? Math.PI - quarter : quarter
    return y < 0 ? -half : half
}

/** Halves the angle twice, so that the series ends soon. */
function atanBelowOne(ratio: number): number {
    let t = ratio / (1 + Math.sqrt(1 + ratio * ratio))
    t = t / (1 + Math.sqrt(1 + t * t))
    const y = t * t
    let sum = 1 / 13 - y / 15
    sum = 1 / 11 - y * sum
    sum = 1 / 9 - y * sum
    sum = 1 / 7 - y * sum
    sum = 1 / 5 - y * sum
    sum = 1 / 3 - y * sum
    return 4 * t * (1 - y * sum)
}
