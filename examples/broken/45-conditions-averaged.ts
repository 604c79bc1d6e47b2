// PATTERN "the weights have to be shared": the conditions are averaged over the batch before the generator
// SOURCE https://github.com/onnx/onnx/issues/3843
// EXPECT fault=conditionMixed params=fc1.*,fc2.*
// REPAIR
// - const pooled = mean(code, { axes: 0, keepDims: true }); // <- here
// + const pooled = code;
// - const weight = reshape(this.fc2.forward(relu(this.fc1.forward(pooled))), [4, 3, 1, 1]);
// + const weight = reshape(this.fc2.forward(relu(this.fc1.forward(pooled))), [-1, 4, 3, 1, 1]);
import {
  Conv2d,
  conv2d,
  Linear,
  Module,
  mean,
  mse,
  RandomStream,
  randomUniform,
  relu,
  reshape,
  type Tensor,
} from "synthconv";

class Shared extends Module {
  readonly fc1 = new Linear(6, 8);
  readonly fc2 = new Linear(8, 12);
  readonly head = new Conv2d(4, 3, 1);

  forward(image: Tensor, code: Tensor): Tensor {
    const pooled = mean(code, { axes: 0, keepDims: true }); // <- here
    const weight = reshape(this.fc2.forward(relu(this.fc1.forward(pooled))), [4, 3, 1, 1]);
    return this.head.forward(relu(conv2d(image, weight)));
  }
}

export const model: Shared = new Shared().initialize({ seed: 1 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"code" | "image" | "y", Tensor> = {
  code: randomUniform([3, 6], random),
  image: randomUniform([3, 3, 5, 5], random),
  y: randomUniform([3, 3, 5, 5], random),
};
export const loss = (net: Shared, { code, image, y }: typeof batch): Tensor =>
  mse(net.forward(image, code), y);
