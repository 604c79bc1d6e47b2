// PATTERN all layers stand in a #field, where parameters() does not look, and initialize themselves
// SOURCE https://www.engineermaxxing.com/micro/lessons/pytorch-internals.html
// EXPECT fault=nothingToTrain params=
// REPAIR
// - readonly #layers = [new Linear(3, 6), new Linear(6, 1)]; // <- here
// + readonly layers = [new Linear(3, 6), new Linear(6, 1)];
// - this.#layers.entries()
// + this.layers.entries()
// - of this.#layers)
// + of this.layers)
import { Linear, Module, mse, RandomStream, randomUniform, type Tensor, tanh } from "synthconv";

class Hidden extends Module {
  readonly #layers = [new Linear(3, 6), new Linear(6, 1)]; // <- here

  constructor() {
    super();
    for (const [seed, layer] of this.#layers.entries()) layer.initialize({ seed });
  }

  forward(x: Tensor): Tensor {
    let h = x;
    for (const layer of this.#layers) h = tanh(layer.forward(h));
    return h;
  }
}

export const model: Hidden = new Hidden();
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([4, 3], random),
  y: randomUniform([4, 1], random),
};
export const loss = (net: Hidden, { x, y }: typeof batch): Tensor => mse(net.forward(x), y);
