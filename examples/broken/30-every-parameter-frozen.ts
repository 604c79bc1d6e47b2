// PATTERN a loop that should freeze the backbone freezes every parameter
// SOURCE https://github.com/cfzd/Ultra-Fast-Lane-Detection/issues/282
// EXPECT fault=nothingToTrain params=*
// REPAIR
// - for (const parameter of model.parameters()) parameter.trainable = false; // <- here
// + model.backbone.freeze();
import {
  Conv2d,
  Linear,
  Module,
  mean,
  mse,
  RandomStream,
  randomUniform,
  relu,
  SGD,
  type Tensor,
} from "synthconv";

class Detector extends Module {
  readonly backbone = new Conv2d(3, 6, 3);
  readonly boxes = new Linear(6, 4);

  forward(image: Tensor): Tensor {
    return this.boxes.forward(mean(relu(this.backbone.forward(image)), { axes: [2, 3] }));
  }
}

export const model: Detector = new Detector().initialize({ seed: 1 });
for (const parameter of model.parameters()) parameter.trainable = false; // <- here
export const optimizer: SGD = new SGD(model.parameters(), { learningRate: 0.1 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"image" | "y", Tensor> = {
  image: randomUniform([2, 3, 6, 6], random),
  y: randomUniform([2, 4], random),
};
export const loss = (net: Detector, { image, y }: typeof batch): Tensor => mse(net.forward(image), y);
