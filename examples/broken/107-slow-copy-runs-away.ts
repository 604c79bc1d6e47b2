// PATTERN the slow copy moves away from what it is to follow: a sign was turned round
// SOURCE https://github.com/ostris/ai-toolkit/issues/1034
// EXPECT fault=exploding params=slow.*
// REPAIR
// - copy.assign(copy.data.map((value, i) => value + RATE * (value - numberAt(own, i)))); // <- here
// + copy.assign(copy.data.map((value, i) => value + RATE * (numberAt(own, i) - value)));
import {
  Adam,
  add,
  Linear,
  Module,
  mse,
  multiply,
  type Parameter,
  RandomStream,
  randomUniform,
  type Tensor,
} from "synthconv";

const RATE = 0.3;

class Pair extends Module {
  readonly fast = new Linear(3, 4);
  readonly slow = new Linear(3, 4);
}

export const model: Pair = new Pair().initialize({ seed: 6 });
model.slow.freeze();
const random = new RandomStream({ seed: 6, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([8, 3], random),
  y: randomUniform([8, 4], random),
};
export const optimizer: Adam = new Adam(model.fast.parameters(), { learningRate: 0.01 });

function numberAt({ data }: Parameter, index: number): number {
  return data[index] as number;
}

export function loss({ fast, slow }: Pair, { x, y }: typeof batch): Tensor {
  for (const [at, copy] of slow.parameters().entries()) {
    const own = fast.parameters()[at] as Parameter;
    copy.assign(copy.data.map((value, i) => value + RATE * (value - numberAt(own, i)))); // <- here
  }
  const given = fast.forward(x);
  return add(mse(given, y), multiply(0.1, mse(given, slow.forward(x))));
}
