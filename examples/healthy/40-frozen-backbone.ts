// PATTERN fine-tuning: the backbone is frozen and the new head is trained
// SOURCE https://github.com/cfzd/Ultra-Fast-Lane-Detection/issues/282
// EXPECT healthy
import {
  Adam,
  Conv2d,
  Linear,
  Module,
  mean,
  mse,
  RandomStream,
  randomUniform,
  relu,
  type Tensor,
} from "synthconv";

class Tuned extends Module {
  readonly backbone = [new Conv2d(3, 6, 3), new Conv2d(6, 6, 3)];
  readonly head = new Linear(6, 2);
  forward(image: Tensor): Tensor {
    const features = this.backbone.reduce((h, layer) => relu(layer.forward(h)), image);
    return this.head.forward(mean(features, { axes: [2, 3] }));
  }
}

export const model: Tuned = new Tuned().initialize({ seed: 1 });
for (const layer of model.backbone) layer.freeze();
export const optimizer: Adam = new Adam(model.parameters(), { learningRate: 0.01 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"image" | "y", Tensor> = {
  image: randomUniform([3, 3, 7, 7], random),
  y: randomUniform([3, 2], random),
};
export const loss = (net: Tuned, { image, y }: typeof batch): Tensor => mse(net.forward(image), y);
