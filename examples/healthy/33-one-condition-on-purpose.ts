// PATTERN one condition for the whole batch, as the batch has it
// SOURCE https://github.com/google/qhbm-library/issues/93
// EXPECT healthy
import {
  Conv2d,
  conv2d,
  Linear,
  Module,
  mse,
  RandomStream,
  randomUniform,
  relu,
  reshape,
  type Tensor,
} from "synthconv";

class Look extends Module {
  readonly knobs = new Linear(3, 8);
  readonly write = new Linear(8, 12);
  readonly head = new Conv2d(4, 3, 1);
  forward(knobs: Tensor, image: Tensor): Tensor {
    const weight = reshape(this.write.forward(relu(this.knobs.forward(knobs))), [4, 3, 1, 1]);
    return this.head.forward(relu(conv2d(image, weight)));
  }
}

export const model: Look = new Look().initialize({ seed: 1 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"knobs" | "image" | "y", Tensor> = {
  knobs: randomUniform([1, 3], random),
  image: randomUniform([4, 3, 5, 5], random),
  y: randomUniform([4, 3, 5, 5], random),
};
export const loss = (net: Look, { knobs, image, y }: typeof batch): Tensor =>
  mse(net.forward(knobs, image), y);
