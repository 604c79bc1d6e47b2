// PATTERN the loss takes its own gradient and steps by hand, the loop of every tutorial
// SOURCE https://docs.pytorch.org/tutorials/beginner/pytorch_with_examples.html
// EXPECT healthy
import { grad, Linear, Module, mse, RandomStream, randomUniform, type Tensor, tanh } from "synthconv";

class Network extends Module {
  readonly a = new Linear(3, 6);
  readonly b = new Linear(6, 1);
}

export const model: Network = new Network().initialize({ seed: 20 });
const random = new RandomStream({ seed: 20, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([8, 3], random),
  y: randomUniform([8, 1], random),
};
export function loss(net: Network, { x, y }: typeof batch): Tensor {
  const error = mse(net.b.forward(tanh(net.a.forward(x))), y);
  const parameters = net.parameters();
  for (const [index, { data }] of grad(error, parameters).entries()) {
    const parameter = parameters[index];
    parameter?.assign(parameter.data.map((weight, i) => weight - 0.1 * (data[i] as number)));
  }
  return error.detach({ reason: "stepped by hand" });
}
