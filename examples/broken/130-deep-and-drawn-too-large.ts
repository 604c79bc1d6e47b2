// PATTERN 20 layers are drawn with a deviation of 1.5, so that values grow fourfold from each to the next
// SOURCE https://arxiv.org/abs/1502.01852
// EXPECT fault=exploding params=layers.*,head.*
// REPAIR
// - const weight = initializers.normal(1.5);
// + const weight = initializers.kaiming(16);
import {
  Adam,
  initializers,
  Linear,
  Module,
  mse,
  RandomStream,
  randomUniform,
  relu,
  type Tensor,
} from "synthconv";

const weight = initializers.normal(1.5);

class Deep extends Module {
  readonly layers = Array.from({ length: 20 }, () => new Linear(16, 16, { initializers: { weight } }));
  readonly head = new Linear(16, 1);

  forward(x: Tensor): Tensor {
    let h = x;
    for (const layer of this.layers) h = relu(layer.forward(h)); // <- here
    return this.head.forward(h);
  }
}

export const model: Deep = new Deep().initialize({ seed: 4 });
const random = new RandomStream({ seed: 4, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([8, 16], random),
  y: randomUniform([8, 1], random),
};
export const optimizer: Adam = new Adam(model.parameters(), { learningRate: 1e-3 });
export function loss(net: Deep, { x, y }: typeof batch): Tensor {
  return mse(net.forward(x), y);
}
