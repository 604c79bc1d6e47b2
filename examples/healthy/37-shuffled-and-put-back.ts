// PATTERN conditions are shuffled for a pass over all, and put back in order before they are used
// SOURCE https://github.com/ddavid/fsoco/pull/59
// EXPECT healthy
import {
  conv2d,
  gather,
  Linear,
  Module,
  mse,
  RandomStream,
  randomUniform,
  reshape,
  silu,
  type Tensor,
} from "synthconv";

const order = [2, 0, 3, 1];
const back = order.map((_, at) => order.indexOf(at));

class Hyper extends Module {
  readonly one = new Linear(4, 6);
  readonly two = new Linear(6, 6);
  weights(codes: Tensor): Tensor {
    const shuffled = silu(this.one.forward(gather(codes, order)));
    return reshape(gather(this.two.forward(shuffled), back), [4, 2, 3, 1, 1]);
  }
}

export const model: Hyper = new Hyper().initialize({ seed: 1 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"codes" | "image" | "y", Tensor> = {
  codes: randomUniform([4, 4], random),
  image: randomUniform([4, 3, 4, 4], random),
  y: randomUniform([4, 2, 4, 4], random),
};
export const loss = (net: Hyper, { codes, image, y }: typeof batch): Tensor =>
  mse(conv2d(image, net.weights(codes)), y);
