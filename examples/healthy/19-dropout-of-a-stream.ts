// PATTERN dropout masks from one stream of random numbers that goes on from step to step
// SOURCE https://github.com/keras-team/keras/issues/3425
// EXPECT healthy
import {
  Linear,
  Module,
  mse,
  multiply,
  RandomStream,
  randomUniform,
  relu,
  round,
  type Tensor,
} from "synthconv";

const masks = new RandomStream({ seed: 2, purpose: "dropout" });

class Dropped extends Module {
  readonly one = new Linear(4, 16);
  readonly two = new Linear(16, 2);
  forward(x: Tensor): Tensor {
    const kept = round(randomUniform([x.shape[0] ?? 1, 16], masks));
    return this.two.forward(multiply(relu(this.one.forward(x)), kept).multiply(2));
  }
}

export const model: Dropped = new Dropped().initialize({ seed: 1 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([10, 4], random),
  y: randomUniform([10, 2], random),
};
export const loss = (net: Dropped, { x, y }: typeof batch): Tensor => mse(net.forward(x), y);
