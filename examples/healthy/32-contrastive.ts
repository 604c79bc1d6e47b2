// PATTERN a contrastive loss compares every sample with every other: the batch is mixed on purpose
// SOURCE https://arxiv.org/abs/2002.05709
// EXPECT healthy
import {
  divide,
  Linear,
  log,
  Module,
  matmul,
  mean,
  multiply,
  RandomStream,
  randomUniform,
  softmax,
  sqrt,
  square,
  sum,
  type Tensor,
  tensor,
  transpose,
} from "synthconv";

const unit = (x: Tensor): Tensor => divide(x, sqrt(sum(square(x), { axes: 1, keepDims: true })));
const same = tensor([
  [1, 0, 0, 0],
  [0, 1, 0, 0],
  [0, 0, 1, 0],
  [0, 0, 0, 1],
]);

class Towers extends Module {
  readonly image = new Linear(8, 5);
  readonly text = new Linear(6, 5);
}

export const model: Towers = new Towers().initialize({ seed: 1 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"images" | "texts", Tensor> = {
  images: randomUniform([4, 8], random),
  texts: randomUniform([4, 6], random),
};
export function loss({ image, text }: Towers, { images, texts }: typeof batch): Tensor {
  const alike = matmul(unit(image.forward(images)), transpose(unit(text.forward(texts)))).multiply(5);
  return mean(multiply(log(softmax(alike)), same)).multiply(-4);
}
