// PATTERN slow weights are put back every fourth step, and a factor of 0 keeps them at the start
// SOURCE https://arxiv.org/abs/1907.08610
// EXPECT fault=assignedIntoParameter params=a.*,b.*
// REPAIR
// - const FOLLOW = 0;
// + const FOLLOW = 0.5;
import { Adam, Linear, Module, mse, RandomStream, randomUniform, type Tensor, tanh } from "synthconv";

const FOLLOW = 0;

class Network extends Module {
  readonly a = new Linear(3, 8);
  readonly b = new Linear(8, 2);
}

export const model: Network = new Network().initialize({ seed: 15 });
const random = new RandomStream({ seed: 15, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([8, 3], random),
  y: randomUniform([8, 2], random),
};
export const optimizer: Adam = new Adam(model.parameters(), { learningRate: 0.01 });
const slow = model.parameters().map(({ data }) => data.slice());
let step = 0;
export function loss(net: Network, { x, y }: typeof batch): Tensor {
  if (++step % 4 === 0) {
    for (const [index, parameter] of net.parameters().entries()) {
      const own = slow[index] as Float32Array;
      for (const [i, value] of own.entries()) {
        own[i] = value + FOLLOW * ((parameter.data[i] as number) - value);
      }
      parameter.assign(own); // <- here
    }
  }
  return mse(net.b.forward(tanh(net.a.forward(x))), y);
}
