// PATTERN activation checkpointing around a block with dropout whose noise comes from a stream outside of it
// SOURCE https://github.com/pytorch/pytorch/pull/14253
// EXPECT fault=ownOperation params=blocks.*,head.*
// REPAIR
// - h = checkpoint((x) => relu(dropped(block.forward(x), drawn)), [h]); // <- here
// + const inside = { seed: 4, purpose: "noise", step: step++ };
// + h = checkpoint((x) => relu(dropped(block.forward(x), new RandomStream(inside))), [h]);
// - const drawn = new RandomStream({ seed: 4, purpose: "noise" });
// + let step = 0;
import {
  checkpoint,
  Linear,
  Module,
  mse,
  multiply,
  RandomStream,
  randomUniform,
  relu,
  type Tensor,
  tensor,
} from "synthconv";

const drawn = new RandomStream({ seed: 4, purpose: "noise" });

function dropped(x: Tensor, random: RandomStream): Tensor {
  const mask = randomUniform(x.shape, random).data.map((value) => (value < 0.9 ? 1 / 0.9 : 0));
  return multiply(x, tensor(mask, { shape: x.shape }));
}

class Net extends Module {
  readonly blocks = [new Linear(5, 16), new Linear(16, 16)];
  readonly head = new Linear(16, 2);
  forward(x: Tensor): Tensor {
    let h = x;
    for (const block of this.blocks) {
      h = checkpoint((x) => relu(dropped(block.forward(x), drawn)), [h]); // <- here
    }
    return this.head.forward(h);
  }
}

export const model: Net = new Net().initialize({ seed: 4 });
const random = new RandomStream({ seed: 4, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([8, 5], random),
  y: randomUniform([8, 2], random),
};
export const loss = (net: Net, { x, y }: typeof batch): Tensor => mse(net.forward(x), y);
