// PATTERN per-sample filters by grouped convolution; the images are stacked channel by channel, the filters sample by sample
// SOURCE https://github.com/NVlabs/stylegan2-ada-pytorch/issues/238
// EXPECT fault=conditionMixed params=maker.*
// REPAIR
// - const stacked = reshape(transpose(image, [1, 0, 2, 3]), [1, B * C, 6, 6]); // <- here
// + const stacked = reshape(image, [1, B * C, 6, 6]);
import {
  conv2d,
  Linear,
  Module,
  mse,
  RandomStream,
  randomUniform,
  reshape,
  type Tensor,
  transpose,
} from "synthconv";

const B = 3;
const C = 2;

class Filters extends Module {
  readonly maker = new Linear(4, 2 * C * 9);

  forward(style: Tensor, image: Tensor): Tensor {
    const filters = reshape(this.maker.forward(style), [B * 2, C, 3, 3]);
    const stacked = reshape(transpose(image, [1, 0, 2, 3]), [1, B * C, 6, 6]); // <- here
    return reshape(conv2d(stacked, filters, undefined, { groups: B, padding: 1 }), [B, 2, 6, 6]);
  }
}

export const model: Filters = new Filters().initialize({ seed: 1 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"style" | "image" | "y", Tensor> = {
  style: randomUniform([B, 4], random),
  image: randomUniform([B, C, 6, 6], random),
  y: randomUniform([B, 2, 6, 6], random),
};
export const loss = (net: Filters, { style, image, y }: typeof batch): Tensor =>
  mse(net.forward(style, image), y);
