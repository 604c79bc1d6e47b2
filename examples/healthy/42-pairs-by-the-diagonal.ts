// PATTERN image and text are compared pair by pair, and the diagonal of the table of all pairs is read by index
// SOURCE https://arxiv.org/abs/2103.00020
// EXPECT healthy
import {
  add,
  exp,
  full,
  gather,
  Linear,
  log,
  Module,
  matmul,
  mean,
  multiply,
  negate,
  Parameter,
  RandomStream,
  randomUniform,
  reshape,
  softmax,
  type Tensor,
  transpose,
} from "synthconv";

class Clip extends Module {
  readonly image = new Linear(5, 4);
  readonly text = new Linear(3, 4);
  readonly temperature = new Parameter(full([1], 1));
}
export const model: Clip = new Clip().initialize({ seed: 23 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"pictures" | "words", Tensor> = {
  pictures: randomUniform([5, 5], random),
  words: randomUniform([5, 3], random),
};
const diagonal = [0, 6, 12, 18, 24];
export const loss = (m: Clip, { pictures, words }: typeof batch): Tensor => {
  const logits = multiply(
    matmul(m.image.forward(pictures), transpose(m.text.forward(words))),
    exp(m.temperature),
  );
  const nll = (p: Tensor): Tensor => negate(mean(log(gather(reshape(p, [25]), diagonal))));
  return multiply(add(nll(softmax(logits, 0)), nll(softmax(logits, 1))), 0.5);
};
