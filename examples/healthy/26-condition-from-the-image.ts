// PATTERN the condition is the mean colour of the image itself (squeeze and excitation)
// SOURCE https://arxiv.org/abs/1709.01507
// EXPECT healthy
import {
  Conv2d,
  Linear,
  Module,
  mean,
  mse,
  multiply,
  RandomStream,
  randomUniform,
  relu,
  reshape,
  sigmoid,
  type Tensor,
} from "synthconv";

class Excited extends Module {
  readonly first = new Conv2d(3, 6, 3, { padding: 1 });
  readonly squeeze = new Linear(6, 6);
  readonly last = new Conv2d(6, 3, 1);
  forward(image: Tensor): Tensor {
    const h = relu(this.first.forward(image));
    const gates = sigmoid(this.squeeze.forward(mean(h, { axes: [2, 3] })));
    return this.last.forward(multiply(h, reshape(gates, [-1, 6, 1, 1])));
  }
}

export const model: Excited = new Excited().initialize({ seed: 1 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"image" | "y", Tensor> = {
  image: randomUniform([3, 3, 5, 5], random),
  y: randomUniform([3, 3, 5, 5], random),
};
export const loss = (net: Excited, { image, y }: typeof batch): Tensor => mse(net.forward(image), y);
