/** Weights that make values grow from layer to layer, drawn smaller: what is named as the repair has been seen to train. */
import { Parameter } from "../autograd/parameter.js";
import type { ForwardGrowth } from "./forward-growth.js";
import type { Subject } from "./observed-loss.js";
import type { ObservedStep } from "./observed-step.js";
import { hasManyEntries, lossesFrom } from "./rate-trial.js";
import { numberText } from "./report/words.js";
import { sizesOf } from "./sizes.js";
import type { Origin } from "./trace.js";

/** As many as a rate is tried for. */
const STEPS = 100;
/** What takes half of the mean square away, or nearly: He, Zhang, Ren, Sun, ICCV 2015. */
const HALVES: ReadonlySet<string> = new Set(["relu", "leakyRelu", "gelu", "silu"]);

/** How to draw them, and what came of it where it could be tried. */
export function smallerStart(growth: ForwardGrowth, step: ObservedStep, subject: Subject): string {
  const weights = weightsOf(growth);
  const isHalved = [...step.trace.origins.values()].some(({ operation }) => HALVES.has(operation));
  const deviation = isHalved ? "sqrt(2 / inputs), initializers.kaiming" : "1 / sqrt(inputs)";
  if (weights.size === 0) {
    return "Start what writes these weights smaller, so that the values keep their size from layer to layer (hyperfanIn), or put a layerNorm behind each layer.";
  }
  const how = `Draw the weights of these layers smaller, with a deviation of ${deviation}`;
  const other = "or put a layerNorm behind each layer, or a bound: h = tanh(...).";
  if (subject.hasOwnOptimizer || step.isOwnLoop || hasManyEntries(subject)) return `${how}, ${other}`;
  const losses = lossesFrom(subject, STEPS, () => {
    for (const [weight, inputs] of weights) shrink(weight, Math.sqrt((isHalved ? 2 : 1) / inputs));
  });
  const [first = 0, last = Number.NaN] = [losses[0], losses.at(-1)];
  return last < first
    ? `${how}: with that the loss was seen to fall from ${numberText(first)} to ${numberText(last)}.`
    : `${how}, ${other} A lower learning rate may be needed then.`;
}

/** The trained weights of these layers, with the numbers that each of their sums adds up. */
function weightsOf({ layers }: ForwardGrowth): Map<Parameter, number> {
  return new Map(
    layers.flatMap((layer) =>
      layer.inputs.flatMap((input): [Parameter, number][] => {
        const inputs = input instanceof Parameter && input.trainable ? inputsOf(layer, input) : undefined;
        return inputs === undefined ? [] : [[input as Parameter, inputs]];
      }),
    ),
  );
}

function inputsOf({ operation, inputs: [first] }: Origin, { shape, size }: Parameter): number | undefined {
  if (shape.length < 2) return undefined;
  if (operation === "matmul") return first?.shape.at(-1);
  return size / (shape[0] as number);
}

function shrink(weight: Parameter, deviation: number): void {
  const { data } = weight;
  const own = sizesOf(data).norm / Math.sqrt(data.length);
  if (own > deviation) weight.assign(data.map((value) => (value * deviation) / own));
}
