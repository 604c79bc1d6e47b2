/** Parts of a concatenation that a mask leaves out, while others of them have their turn: experts that nobody chose. */
import type { Tensor } from "../../autograd/tensor.js";
import type { ObservedStep } from "../observed-step.js";
import { MOVES } from "../trace.js";
import type { Identity } from "./identity.js";
import { isZero } from "./spot.js";

export const maskedOut: Identity = {
  name: "masked out",
  of({ origin, from, step }) {
    const { gradients } = step;
    const others = origin.inputs.filter((one) => one !== from);
    const haveTurn = others.some((one) => one.requiresGrad && !isZero(gradients.get(one)?.data));
    if (origin.operation !== "concat" || !haveTurn) return undefined;
    return isWeighedAnew(origin.tensor, step)
      ? { excuse: "a mask that each run makes anew chose others in these steps" }
      : undefined;
  },
};

/** Whether all parts are multiplied with numbers that the run makes, some of them 0 and some not. */
function isWeighedAnew(parts: Tensor, { flow, trace }: ObservedStep): boolean {
  const ahead = new Set([parts]);
  for (const one of ahead) {
    for (const { to } of flow.edgesOutOf(one)) {
      const reader = trace.origins.get(to);
      if (reader !== undefined && MOVES.has(reader.operation)) ahead.add(to);
      if (reader?.operation !== "multiply") continue;
      const mask = reader.inputs.find((input) => !ahead.has(input));
      const isMixed = mask?.data.some((value) => value === 0) && mask.data.some((value) => value !== 0);
      if (mask !== undefined && isMixed === true && isMadeInRun(mask, { flow, trace })) return true;
    }
  }
  return false;
}

function isMadeInRun(mask: Tensor, { flow, trace }: Pick<ObservedStep, "flow" | "trace">): boolean {
  const behind = new Set([mask]);
  for (const one of behind) {
    if (trace.origins.get(one)?.operation === "tensor") return true;
    for (const { from } of flow.edgesInto(one)) behind.add(from);
  }
  return false;
}
