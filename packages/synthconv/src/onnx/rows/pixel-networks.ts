/** 1x1 convolutions with activations between them. */
import type { Activation } from "../../core/activations.js";
import type { Rows, Step } from "../step.js";

interface Layer {
  readonly hasBias: boolean;
  readonly activation: Activation;
  readonly negativeSlope: number | undefined;
}

function pixelNetwork(step: Step): string {
  let [value, next] = [step.name(0), 1];
  for (const { hasBias, activation, negativeSlope } of step.setting<readonly Layer[]>("layers")) {
    const [weight, bias] = [next, hasBias ? next + 1 : undefined];
    next += hasBias ? 2 : 1;
    value = step.graph.activation(layer(step, value, weight, bias), activation, negativeSlope);
  }
  return step.setting<boolean>("residual") ? step.add("Add", [value, step.name(0)]) : value;
}

function layer(step: Step, image: string, weight: number, bias: number | undefined): string {
  const { graph } = step;
  const isShared = step.rank(weight) === 4;
  if (isShared) {
    const withBias = bias !== undefined && step.rank(bias) === 1;
    const sum = step.add("Conv", [image, step.name(weight), ...(withBias ? [step.name(bias)] : [])]);
    return withBias || bias === undefined ? sum : step.add("Add", [sum, spread(step, bias)]);
  }
  const [outputs, inputs] = [step.fixed(weight, 1), step.fixed(weight, 2)];
  // [B,O,I] [B,I,P]
  const product = step.add("MatMul", [
    graph.reshape(step.name(weight), [-1, outputs, inputs]),
    graph.reshape(image, [0, inputs, -1]),
  ]);
  const part = (start: number, end: number): string =>
    step.add("Shape", [image], { start: { int: start }, end: { int: end } });
  const shape = step.add("Concat", [part(0, 1), graph.whole([outputs]), part(2, 4)], { axis: { int: 0 } });
  const sum = step.add("Reshape", [product, shape]);
  return bias === undefined ? sum : step.add("Add", [sum, spread(step, bias)]);
}

/** [O] or [B,O] */
function spread(step: Step, bias: number): string {
  const axes = step.graph.whole(step.rank(bias) === 1 ? [1, 2] : [2, 3]);
  return step.add("Unsqueeze", [step.name(bias), axes]);
}

type Loss = "mse" | "l1" | "charbonnier";

/** Of the difference of an entry. */
const LOSSES: Readonly<Record<Loss, (step: Step, difference: string) => string>> = {
  mse: (step, difference) => step.add("Mul", [difference, difference]),
  l1: (step, difference) => step.add("Abs", [difference]),
  charbonnier: (step, difference) => {
    const epsilon = step.graph.scalar(step.setting<number>("epsilon") ** 2);
    return step.add("Sqrt", [step.add("Add", [step.add("Mul", [difference, difference]), epsilon])]);
  },
};

function pixelNetworkLoss(step: Step): string {
  const layers = step.setting<readonly Layer[]>("layers");
  const target = 1 + layers.reduce((count, { hasBias }) => count + (hasBias ? 2 : 1), 0);
  const difference = step.add("Sub", [pixelNetwork(step), step.name(target)]);
  const loss = LOSSES[step.setting<Loss>("loss")](step, difference);
  const hasWeight = step.inputs.length > target + 1;
  const weighed = hasWeight ? step.add("Mul", [loss, step.name(target + 1)]) : loss;
  return step.add("ReduceMean", [weighed], { keepdims: { int: 0 } });
}

export const PIXEL_NETWORKS: Rows = { pixelNetwork, pixelNetworkLoss };
