// PATTERN two crops of each photo stand together, and each kernel is repeated beside itself: a a b b c c
// SOURCE https://docs.pytorch.org/docs/stable/generated/torch.repeat_interleave.html
// EXPECT healthy
import {
  concat,
  conv2d,
  gather,
  Linear,
  Module,
  mse,
  RandomStream,
  randomUniform,
  reshape,
  slice,
  type Tensor,
} from "synthconv";

const halves = (image: Tensor): Tensor => {
  const count = image.shape[0] as number;
  const sides = [0, 4].map((from) => {
    const half = slice(image, [undefined, undefined, undefined, [from, from + 4]]);
    return reshape(half, [count, 1, 3, 4, 4]);
  });
  return reshape(concat(sides, 1), [2 * count, 3, 4, 4]);
};

class Looks extends Module {
  readonly generator = new Linear(5, 9);

  forward(image: Tensor, condition: Tensor): Tensor {
    const count = condition.shape[0] as number;
    const kernels = reshape(this.generator.forward(condition), [count, 3, 3, 1, 1]);
    const order = Array.from({ length: 2 * count }, (_, i) => Math.floor(i / 2));
    return conv2d(halves(image), gather(kernels, order));
  }
}

export const model: Looks = new Looks().initialize({ seed: 24 });
const random = new RandomStream({ seed: 24, purpose: "data" });
export const batch: Record<"image" | "condition" | "target", Tensor> = {
  image: randomUniform([3, 3, 4, 8], random),
  condition: randomUniform([3, 5], random),
  target: randomUniform([3, 3, 4, 8], random),
};
export const loss = (net: Looks, { image, condition, target }: typeof batch): Tensor =>
  mse(net.forward(image, condition), halves(target));
