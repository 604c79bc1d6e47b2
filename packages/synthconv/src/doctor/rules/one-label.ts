import type { Parameter } from "../../autograd/parameter.js";
import type { Tensor } from "../../autograd/tensor.js";
import type { Accusation, CaseFile, Rule } from "../case-file.js";
import { valuesWith } from "../changed-run.js";
import { operationsThat } from "../operations.js";
import { placeOf } from "../place.js";
import { numberText } from "../report/words.js";
import type { Origin } from "../trace.js";

const LAYERS: ReadonlySet<string> = operationsThat("multiplies");
/** A logit of 50 leaves 2e-22 of a cross entropy. */
const FAR = 50;
const NOTHING = 1e-3;

/** A critic that sees real and made samples under one label: its bias alone brings its loss to 0, and it tells nothing. */
export const oneLabel: Rule = {
  name: "one label for all",
  find(file, _told, accusations) {
    // Two views that are only to agree need no labels.
    if (accusations.some(({ complaint }) => complaint.fault === "collapsedGenerator")) return [];
    const { trace, loss } = file.last;
    // In the order of the values of a changed run: a loss that the run propagated itself stands in it twice.
    for (const [index, output] of [...trace.propagatedFrom.keys(), loss].entries()) {
      const layer = layerOfTwo(output, file);
      if (layer === undefined || !isHeld(layer.bias, file)) continue;
      const [before = Number.NaN, up = Number.NaN, down = Number.NaN] = [0, FAR, -FAR].map(
        (by) => valuesWith(file, [layer.bias], (value) => value + by)?.[index],
      );
      // An error of labels has 0 as its least; what falls below it compares no answers with labels.
      const least = Math.min(up, down);
      if (!(before > 0) || !(Math.abs(least) <= NOTHING * before)) continue;
      return [accusationOf(layer, output, [before, least], file)];
    }
    return [];
  },
};

interface LastLayer {
  readonly bias: Parameter;
  /** Where it was applied. */
  readonly uses: readonly Origin[];
}

function accusationOf(
  { bias, uses }: LastLayer,
  output: Tensor,
  [before, after]: readonly [number, number],
  { last }: CaseFile,
): Accusation {
  const shared = [...last.parameters].filter(
    ([, one]) => one.trainable && uses.every(({ tensor }) => last.flow.influenceOf(one).has(tensor)),
  );
  const site = last.trace.propagatedFrom.get(output);
  const joined = last.trace.origins.get(output)?.site ?? site;
  return {
    names: shared.map(([name]) => name),
    complaint: {
      status: "learns",
      fault: "alwaysZero",
      phrase: "{they see|it sees} real and made samples under one label",
      place: placeOf(joined),
      cause: `The same layer answers for several inputs in this loss, and all are to get the same answer: ${bias.label} alone brings it from ${numberText(before)} to ${numberText(after)}, so nothing has to be told apart.`,
      repair:
        "Give the made samples the other label, zeros where the real ones have ones: softplus(critic(made)) beside softplus(negate(critic(real))).",
    },
  };
}

/** The last layer with a bias, where it was applied to what is trained before it and to what is not, or to two batches. */
function layerOfTwo(output: Tensor, { last }: CaseFile): LastLayer | undefined {
  const { trace, parameters, flow } = last;
  const behind = tapeBehind(output);
  const biases = new Map<Parameter, Origin[]>();
  for (const origin of trace.origins.values()) {
    const bias = origin.inputs[2];
    const own = [...parameters.values()].find((one) => one === bias && one.trainable);
    if (own === undefined || !LAYERS.has(origin.operation) || !behind.has(origin.tensor)) continue;
    biases.set(own, [...(biases.get(own) ?? []), origin]);
  }
  for (const [bias, uses] of [...biases].reverse()) {
    if (uses.length < 2) continue;
    const before = new Set(uses.flatMap(({ inputs: [given] }) => (given ? [given] : [])));
    const critic = [...parameters.values()].filter((one) =>
      uses.every(({ tensor }) => flow.influenceOf(one).has(tensor)),
    );
    // What is made to be taken for real is under one label as well: then all of it is trained.
    const isData = [...before].some((given) =>
      [...parameters.values()].every(
        (one) => critic.includes(one) || !flow.influenceOf(one).has(given) || !one.trainable,
      ),
    );
    return isData ? { bias, uses } : undefined;
  }
  return undefined;
}

function isHeld(bias: Parameter, { subject }: CaseFile): boolean {
  const inner = [...subject.innerOptimizers.keys()];
  return [...subject.optimizers, ...inner].some(({ parameters }) => parameters.includes(bias));
}

function tapeBehind(output: Tensor): Set<Tensor> {
  const met = new Set([output]);
  for (const { node } of met) for (const input of node?.inputs ?? []) met.add(input);
  return met;
}
