// PATTERN a straight-through estimator as what it rounds less a detached rest, no reason given
// SOURCE https://arxiv.org/abs/1308.3432
// EXPECT healthy
import {
  Linear,
  Module,
  mse,
  RandomStream,
  randomUniform,
  round,
  subtract,
  type Tensor,
  tanh,
} from "synthconv";

const quantised = (x: Tensor): Tensor => subtract(x, subtract(x, round(x.multiply(4)).divide(4)).detach());

class Coder extends Module {
  readonly encoder = new Linear(6, 4);
  readonly decoder = new Linear(4, 6);
}

export const model: Coder = new Coder().initialize({ seed: 3 });
export const batch: { x: Tensor } = {
  x: randomUniform([10, 6], new RandomStream({ seed: 3, purpose: "data" })),
};
export const loss = ({ encoder, decoder }: Coder, { x }: typeof batch): Tensor =>
  mse(decoder.forward(quantised(tanh(encoder.forward(x)))), x);
