/**
 * Follows a signal from turning point to turning point. A swing begins once the signal has come away
 * from its last extreme by as much as is asked for: what trembles by less begins nothing.
 */
export class SwingTracker {
    /** 1 while the signal rises, -1 while it falls, 0 until the first swing. */
    direction = 0
    /** The extreme that the swing now under way has left, and the furthest that it has come. */
    fromMv = 0
    extremeMv = 0
    /** Size of the last swing that is over. */
    completedMv = 0
    /** How often the signal came back after more than half of a swing. */
    shallow = 0
    /** The other extreme, while there is no direction yet. */
    private lowestMv = 0
    private isAway = false
    private isStarted = false

    /** Returns the direction of the swing that begins with this sample, 0 when none does. */
    add(valueMv: number, neededMv: number): number {
        const direction = this.direction
        if (direction === 0) return this.start(valueMv, neededMv)
        const awayMv = (this.extremeMv - valueMv) * direction
        if (awayMv < 0) this.extremeMv = valueMv
        if (awayMv >= neededMv) {
            this.turn(-direction, valueMv)
            return -direction
        }
        if (awayMv * 2 >= neededMv) this.isAway = true
        else if (this.isAway && awayMv * 4 < neededMv) {
            this.isAway = false
            this.shallow++
        }
        return 0
    }

    /** Takes back that the swing under way has begun: it was too small after all. */
    undoTurn(): void {
        const direction = -this.direction
        this.direction = direction
        this.extremeMv = this.fromMv
        this.fromMv = this.extremeMv - direction * this.completedMv
    }

    private start(valueMv: number, neededMv: number): number {
        if (!this.isStarted || valueMv > this.extremeMv) this.extremeMv = valueMv
        if (!this.isStarted || valueMv < this.lowestMv) this.lowestMv = valueMv
        this.isStarted = true
        if (this.extremeMv - valueMv >= neededMv) {
            this.turn(-1, valueMv)
            return -1
        }
        if (valueMv - this.lowestMv < neededMv) return 0
        this.extremeMv = this.lowestMv
        this.turn(1, valueMv)
        return 1
    }

    private turn(direction: number, valueMv: number): void {
        this.completedMv = Math.abs(this.extremeMv - this.fromMv)
        this.direction = direction
        this.fromMv = this.extremeMv
        this.extremeMv = valueMv
        this.isAway = false
    }
}
