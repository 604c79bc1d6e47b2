import type { Tensor } from "../../autograd/tensor.js";
import type { Accusation, Rule } from "../case-file.js";
import { valuesWith } from "../changed-run.js";
import type { ObservedStep } from "../observed-step.js";
import { placeOf } from "../place.js";
import type { Origin } from "../trace.js";

const DISTANCES: ReadonlySet<string> = new Set(["mse", "l1", "huber", "charbonnier", "subtract"]);
/** Rounding; a loss that anything else holds is far from it. */
const NOTHING = 1e-6;

/** Two networks that are both trained to agree, and nothing that they have to agree on: one answer for all is enough. */
export const agreement: Rule = {
  name: "agreement alone",
  find(file, told) {
    const { last, losses } = file;
    const found = told.size > 0 || last.isOwnLoop ? undefined : onlyComparison(last);
    const [first = 0] = losses;
    if (found === undefined || !(first > 0)) return [];
    const trained = [...last.parameters.values()].filter(({ trainable }) => trainable);
    const least = valuesWith(file, trained, () => 0)?.at(-1) ?? Number.NaN;
    if (!(Math.abs(least) <= NOTHING * first)) return [];
    const accusation: Accusation = {
      names: [...last.parameters].flatMap(([name, one]) => (one.trainable ? [name] : [])),
      complaint: {
        status: "learns",
        fault: "collapsedGenerator",
        phrase: "both sides of the only comparison are trained, and nothing holds either",
        place: placeOf(found.site),
        cause: `The ${found.operation} here compares what two trained networks give, and the loss looks at nothing else: it is 0 as soon as both give the same for every input, and training goes there.`,
        repair:
          'Freeze the one that teaches, teacher.freeze(), or compute it as a constant, target.detach({ reason: "teacher" }), and give the optimizer the other alone; or add a term that compares with a target of the batch.',
      },
    };
    return [accusation];
  },
};

/** The one comparison that all gradients come through, where each side has parameters of its own. */
function onlyComparison({ trace, flow, loss, parameters }: ObservedStep): Origin | undefined {
  if (trace.edges.some(({ passage, to }) => passage !== "tape" && flow.reachesLoss(to))) return undefined;
  let current: Tensor = loss;
  for (;;) {
    const origin = trace.origins.get(current);
    const computed = origin?.inputs.filter(({ requiresGrad }) => requiresGrad) ?? [];
    if (origin === undefined || computed.length === 0) return undefined;
    const [left, right] = computed;
    if (right === undefined) {
      current = left as Tensor;
      continue;
    }
    if (!DISTANCES.has(origin.operation) || computed.length !== 2 || left === undefined) {
      // A square may be written as a product with itself.
      if (left !== right) return undefined;
      current = left as Tensor;
      continue;
    }
    const trained = [...parameters.values()].filter((one) => one.trainable);
    const ownersOf = (side: Tensor): Set<Tensor> =>
      new Set(trained.filter((one) => flow.influenceOf(one).has(side)));
    const [own, other] = [ownersOf(left), ownersOf(right)];
    const areApart = own.size > 0 && other.size > 0 && [...own].every((one) => !other.has(one));
    return areApart ? origin : undefined;
  }
}
