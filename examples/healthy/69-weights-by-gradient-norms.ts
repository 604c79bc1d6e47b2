// PATTERN weights of two terms learn by the norms of the terms' gradients, which are numbers, and are held to a sum
// SOURCE https://arxiv.org/abs/1711.02257
// EXPECT healthy
import {
  Adam,
  abs,
  add,
  grad,
  Linear,
  Module,
  mse,
  multiply,
  Parameter,
  RandomStream,
  randomUniform,
  subtract,
  type Tensor,
  tanh,
  tensor,
} from "synthconv";

class Tasks extends Module {
  readonly trunk = new Linear(4, 8);
  readonly one = new Linear(8, 1);
  readonly two = new Linear(8, 1);
  readonly weights = new Parameter(tensor([1, 1]));
}

export const model: Tasks = new Tasks().initialize({ seed: 9 });
const { trunk, one, two, weights } = model;
const network = new Adam(
  [trunk, one, two].flatMap((part) => part.parameters()),
  { learningRate: 5e-3 },
);
const balance = new Adam([weights], { learningRate: 5e-3 });
export const optimizer: Adam[] = [network, balance];
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "a" | "b", Tensor> = {
  x: randomUniform([10, 4], random),
  a: randomUniform([10, 1], random),
  b: multiply(randomUniform([10, 1], random), 5),
};

export function loss(net: Tasks, { x, a, b }: typeof batch): Tensor {
  const h = tanh(net.trunk.forward(x));
  const terms = [mse(net.one.forward(h), a), mse(net.two.forward(h), b)];
  const norms = terms.map((term, i) => {
    const [slope] = grad(term, [net.trunk.weight]) as [Tensor];
    return multiply(net.weights.slice([[i, i + 1]]).reshape([]), Math.hypot(...slope.data));
  });
  const mean = norms.reduce((sum, norm) => sum + norm.item(), 0) / 2;
  const unlike = norms.map((norm) => abs(subtract(norm, mean))).reduce((p, q) => add(p, q));
  const weighed = terms.map((term, i) => multiply(term, net.weights.data[i] as number));
  const total = weighed.reduce((p, q) => add(p, q));
  network.zeroGrad();
  total.backward();
  network.step();
  balance.zeroGrad();
  unlike.backward();
  balance.step();
  const [p = 0, q = 0] = net.weights.data;
  const sum = p + q;
  net.weights.assign(net.weights.data.map((value) => (2 * value) / sum));
  return total;
}
