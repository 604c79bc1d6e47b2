// PATTERN what each block gives is scaled by a thousandth "for stability", with no way around the block
// SOURCE https://arxiv.org/abs/2103.17239
// EXPECT fault=vanishing params=blocks.0.*,blocks.1.*,blocks.2.*,blocks.3.*,blocks.4.*,blocks.5.*,blocks.6.*,blocks.7.*,blocks.8.weight
// REPAIR
// - h = multiply(tanh(block.forward(h)), 1e-3); // <- here
// + h = add(h, multiply(tanh(block.forward(h)), 1e-3));
// - import { Linear,
// + import { add, Linear,
import { Linear, Module, mse, multiply, RandomStream, randomUniform, type Tensor, tanh } from "synthconv";

class Scaled extends Module {
  readonly blocks = Array.from({ length: 9 }, () => new Linear(5, 5));
  readonly head = new Linear(5, 1);

  forward(x: Tensor): Tensor {
    let h = x;
    for (const block of this.blocks) {
      h = multiply(tanh(block.forward(h)), 1e-3); // <- here
    }
    return this.head.forward(h);
  }
}

export const model: Scaled = new Scaled().initialize({ seed: 36 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([6, 5], random),
  y: randomUniform([6, 1], random),
};
export const loss = (net: Scaled, { x, y }: typeof batch): Tensor => mse(net.forward(x), y);
