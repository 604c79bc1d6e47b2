// PATTERN Reptile: a copy learns in an inner loop, and the weights move towards it by numbers
// SOURCE https://arxiv.org/abs/1803.02999
// EXPECT healthy
import {
  add,
  Linear,
  Module,
  mse,
  multiply,
  type Parameter,
  RandomStream,
  randomUniform,
  SGD,
  sum,
  type Tensor,
  tanh,
  tensor,
} from "synthconv";

class Net extends Module {
  readonly a = new Linear(1, 10);
  readonly b = new Linear(10, 1);

  forward(x: Tensor): Tensor {
    return this.b.forward(tanh(this.a.forward(x)));
  }
}

export const model: Net = new Net().initialize({ seed: 26 });
const fast = new Net().initialize({ seed: 0 });
export const optimizer: SGD = new SGD(model.parameters(), { learningRate: 0.5 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([10, 1], random),
  y: randomUniform([10, 1], random),
};
export function loss(net: Net, { x, y }: typeof batch): Tensor {
  fast.loadStateDict(net.stateDict());
  const inner = new SGD(fast.parameters(), { learningRate: 0.05 });
  for (let step = 0; step < 3; step++) {
    inner.zeroGrad();
    mse(fast.forward(x), y).backward();
    inner.step();
  }
  const adapted = fast.namedParameters();
  let value = tensor(0);
  for (const [name, { data, shape }] of net.namedParameters()) {
    const other = (adapted.get(name) as Parameter).data;
    const away = tensor(
      data.map((one, at) => one - (other[at] as number)),
      { shape },
    );
    value = add(value, sum(multiply(net.namedParameters().get(name) as Parameter, away)));
  }
  return value;
}
