// PATTERN a mean is divided by the number of pixels and by that of the photos once more: no update is felt
// SOURCE https://docs.pytorch.org/docs/stable/generated/torch.nn.MSELoss.html
// EXPECT fault=alwaysZero params=a.*,b.*
// REPAIR
// - return multiply(mse(net.b.forward(relu(net.a.forward(x))), y), 1 / (PIXELS * PHOTOS)); // <- here
// + return mse(net.b.forward(relu(net.a.forward(x))), y);
import {
  Conv2d,
  Module,
  mse,
  multiply,
  RandomStream,
  randomUniform,
  relu,
  SGD,
  type Tensor,
} from "synthconv";

const PIXELS = 4000 * 3000;
const PHOTOS = 60_000;

class Network extends Module {
  readonly a = new Conv2d(3, 6, 1);
  readonly b = new Conv2d(6, 3, 1);
}

export const model: Network = new Network().initialize({ seed: 16 });
const random = new RandomStream({ seed: 16, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([2, 3, 5, 5], random),
  y: randomUniform([2, 3, 5, 5], random),
};
export const optimizer: SGD = new SGD(model.parameters(), { learningRate: 0.1 });
export function loss(net: Network, { x, y }: typeof batch): Tensor {
  return multiply(mse(net.b.forward(relu(net.a.forward(x))), y), 1 / (PIXELS * PHOTOS)); // <- here
}
