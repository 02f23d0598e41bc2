import { restart } from "../provision/control.js"
import type { ScenarioFault } from "./fault-schema.js"
import type { World, WorldDevice } from "./world.js"

type FaultOf<Type> = Extract<ScenarioFault, { type: Type }>

/** Lets a fault come at its time. Throws an Error with one sentence when it names no device. */
export function planFault(world: World, fault: ScenarioFault): void {
    const plan = planner(world)
    if (fault.type === "clock-step") {
        plan(fault.atS, () => {
            world.serverStepMs += fault.stepS * 1000
        })
        return
    }
    planOf(world, world.deviceOf(fault.device), fault, plan)
}

type Plan = (atS: number, happen: () => void) => void

function planner(world: World): Plan {
    return (atS, happen) => {
        world.scheduler.at(world.startMs + atS * 1000, happen)
    }
}

function planOf(
    world: World,
    device: WorldDevice,
    fault: Exclude<ScenarioFault, FaultOf<"clock-step">>,
    plan: Plan
): void {
    const { bus, link, random } = device
    const { atS } = fault
    switch (fault.type) {
        case "link-loss":
            plan(atS, () => link.faults.setDown(++device.linkLosses > 0))
            plan(atS + fault.durationS, () => link.faults.setDown(--device.linkLosses > 0))
            break
        case "latency":
            plan(atS, () => link.faults.addLatencyMs(fault.extraMs))
            plan(atS + fault.durationS, () => link.faults.addLatencyMs(-fault.extraMs))
            break
        case "cut-frame": {
            const share = random.fork(`cut at ${atS}`).next()
            plan(atS, () => link.faults.cutNextMessage(fault.from, share))
            break
        }
        case "power-cut":
            planPowerCut(world, device, plan, atS, fault.durationS)
            break
        case "brown-out":
            for (let i = 0; i <= fault.count; i++)
                planPowerCut(world, device, plan, atS + i * (fault.offS + fault.onS), fault.offS)
            break
        case "restart":
            plan(atS, () => restart(bus, device.registration.id))
            break
        case "clone":
            plan(atS, () => {
                const takeAway = world.addClone(device)
                plan(atS + fault.durationS, takeAway)
            })
    }
}

/** Of several outages at a time the one that ends last brings the power back. */
function planPowerCut(
    world: World,
    device: WorldDevice,
    plan: Plan,
    atS: number,
    durationS: number
): void {
    plan(atS, () => {
        device.outages++
        device.board.cutPower()
    })
    plan(atS + durationS, () => {
        if (--device.outages === 0) world.scheduler.owe(device.board.boot())
    })
}
