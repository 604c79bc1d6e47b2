// PATTERN rounded weights whose gradient is to pass by, written as twice itself less: it comes back with a minus
// SOURCE https://discuss.pytorch.org/t/torch-round-gradient/28628
// EXPECT fault=zeroDerivative params=encoder.*
// REPAIR
// -   return subtract(add(x, round(x)).detach(), x); // <- here
// +   return add(x, subtract(round(x), x).detach({ reason: "straight through" }));
import {
  add,
  Linear,
  Module,
  mse,
  RandomStream,
  randomUniform,
  round,
  SGD,
  subtract,
  type Tensor,
} from "synthconv";

function rounded(x: Tensor): Tensor {
  return subtract(add(x, round(x)).detach(), x); // <- here
}

class Coder extends Module {
  readonly encoder = new Linear(6, 4);
  readonly decoder = new Linear(4, 6);
}

export const model: Coder = new Coder().initialize({ seed: 1 });
export const batch: { x: Tensor } = {
  x: randomUniform([10, 6], new RandomStream({ seed: 1, purpose: "data" })),
};
export const optimizer: SGD = new SGD(model.parameters(), { learningRate: 0.05 });
export const loss = ({ encoder, decoder }: Coder, { x }: typeof batch): Tensor =>
  mse(decoder.forward(rounded(encoder.forward(x))), x);
