// PATTERN a loop steps by hand inside of the loss, and divides its rate by ten in every step
// SOURCE https://docs.pytorch.org/tutorials/beginner/pytorch_with_examples.html
// EXPECT fault=alwaysZero params=a.*,b.*
// REPAIR
// - rate *= 0.1;
// + rate *= 0.999;
import { grad, Linear, Module, mse, RandomStream, randomUniform, type Tensor, tanh } from "synthconv";

class Network extends Module {
  readonly a = new Linear(3, 8);
  readonly b = new Linear(8, 1);
}

export const model: Network = new Network().initialize({ seed: 10 });
const random = new RandomStream({ seed: 10, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([8, 3], random),
  y: randomUniform([8, 1], random),
};
let rate = 0.1;
export function loss(net: Network, { x, y }: typeof batch): Tensor {
  const error = mse(net.b.forward(tanh(net.a.forward(x))), y);
  const parameters = net.parameters();
  for (const [index, { data }] of grad(error, parameters).entries()) {
    const parameter = parameters[index];
    parameter?.assign(parameter.data.map((weight, i) => weight - rate * (data[i] as number))); // <- here
  }
  rate *= 0.1;
  return error.detach({ reason: "stepped by hand" });
}
