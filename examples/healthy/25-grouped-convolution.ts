// PATTERN per-sample filters by grouped convolution, the batch first everywhere
// SOURCE https://github.com/NVlabs/stylegan2-ada-pytorch/issues/238
// EXPECT healthy
import {
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

const [B, C, O] = [3, 2, 4];

class Dynamic extends Module {
  readonly style = new Linear(5, 7);
  readonly write = new Linear(7, O * C * 9);
  forward(code: Tensor, image: Tensor): Tensor {
    const weight = reshape(this.write.forward(relu(this.style.forward(code))), [B * O, C, 3, 3]);
    return reshape(conv2d(reshape(image, [1, B * C, 6, 6]), weight, undefined, { groups: B, padding: 1 }), [
      B,
      O,
      6,
      6,
    ]);
  }
}

export const model: Dynamic = new Dynamic().initialize({ seed: 1 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"code" | "image" | "y", Tensor> = {
  code: randomUniform([B, 5], random),
  image: randomUniform([B, C, 6, 6], random),
  y: randomUniform([B, O, 6, 6], random),
};
export const loss = (net: Dynamic, { code, image, y }: typeof batch): Tensor =>
  mse(net.forward(code, image), y);
