// PATTERN features are detached with a reason for a probe, and copied as numbers for the decoder
// SOURCE https://androidkt.com/difference-between-clone-vs-detach-copy-deepcopy-in-pytorch/
// EXPECT fault=plainNumbers params=encoder.*
// REPAIR
// - tensor(h.data, { shape: h.shape }); // <- here
// + h;
import { add, Linear, Module, mse, RandomStream, randomUniform, type Tensor, tanh, tensor } from "synthconv";

class Net extends Module {
  readonly encoder = new Linear(5, 6);
  readonly probe = new Linear(6, 2);
  readonly decoder = new Linear(6, 3);
}

export const model: Net = new Net().initialize({ seed: 252 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y" | "p", Tensor> = {
  x: randomUniform([8, 5], random),
  y: randomUniform([8, 3], random),
  p: randomUniform([8, 2], random),
};
export function loss({ encoder, probe, decoder }: Net, { x, y, p }: typeof batch): Tensor {
  const h = tanh(encoder.forward(x));
  const seen = mse(probe.forward(h.detach({ reason: "a probe teaches nothing" })), p);
  const copied = tensor(h.data, { shape: h.shape }); // <- here
  return add(mse(decoder.forward(copied), y), seen);
}
