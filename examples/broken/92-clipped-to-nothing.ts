// PATTERN the gradient is clipped to a norm of 1e-9 before the step inside of the loss
// SOURCE https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.clip_grad_norm_.html
// EXPECT fault=alwaysZero params=a.*,b.*
// REPAIR
// - clipGradientNorm(net.parameters(), 1e-9); // <- here
// + clipGradientNorm(net.parameters(), 1);
import {
  clipGradientNorm,
  Linear,
  Module,
  mse,
  RandomStream,
  randomUniform,
  SGD,
  type Tensor,
  tanh,
} from "synthconv";

class Network extends Module {
  readonly a = new Linear(4, 8);
  readonly b = new Linear(8, 1);
}

export const model: Network = new Network().initialize({ seed: 13 });
const random = new RandomStream({ seed: 13, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([10, 4], random),
  y: randomUniform([10, 1], random),
};
const descent = new SGD(model.parameters(), { learningRate: 0.1 });
export function loss(net: Network, { x, y }: typeof batch): Tensor {
  const error = mse(net.b.forward(tanh(net.a.forward(x))), y);
  descent.zeroGrad();
  error.backward();
  clipGradientNorm(net.parameters(), 1e-9); // <- here
  descent.step();
  return error.detach({ reason: "stepped above" });
}
