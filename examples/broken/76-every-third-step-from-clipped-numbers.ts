// PATTERN in every third step the modulation is clipped as plain numbers, which are others than those of its tensor
// SOURCE https://androidkt.com/difference-between-clone-vs-detach-copy-deepcopy-in-pytorch/
// EXPECT fault=plainNumbers params=film.*
// REPAIR
// - scale = tensor(clipped, { shape: scale.shape }); // <- here
// + scale = clamp(scale, -0.4, 0.4);
// - import { Linear,
// + import { clamp, Linear,
import { Linear, Module, mse, multiply, RandomStream, randomUniform, type Tensor, tensor } from "synthconv";

class Net extends Module {
  readonly film = new Linear(2, 5);
  readonly head = new Linear(5, 1);
}

export const model: Net = new Net().initialize({ seed: 4 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "c" | "y", Tensor> = {
  x: randomUniform([8, 5], random),
  c: randomUniform([8, 2], random),
  y: randomUniform([8, 1], random),
};
let calls = 0;
export function loss({ film, head }: Net, { x, c, y }: typeof batch): Tensor {
  let scale = film.forward(c);
  if (++calls % 3 === 0) {
    const clipped = scale.data.map((value) => Math.max(-0.4, Math.min(0.4, value)));
    scale = tensor(clipped, { shape: scale.shape }); // <- here
  }
  return mse(head.forward(multiply(x, scale)), y);
}
