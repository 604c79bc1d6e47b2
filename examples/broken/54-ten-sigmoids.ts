// PATTERN ten fully connected layers with a sigmoid behind each: the gradient that reaches the first is lost in float32
// SOURCE https://github.com/microsoft/CNTK/issues/476
// EXPECT fault=vanishing params=layers.0.*,layers.1.*,layers.2.*,layers.3.*
// REPAIR
// - import { Linear, Module,
// + import { initializers, Linear, Module, relu,
// - const squash = sigmoid; // <- here
// + const squash = relu;
// - () => new Linear(8, 8));
// + () => new Linear(8, 8, { initializers: { weight: initializers.kaiming(8) } }));
import { Linear, Module, mse, RandomStream, randomUniform, SGD, sigmoid, type Tensor } from "synthconv";

const squash = sigmoid; // <- here

class Tower extends Module {
  readonly layers = Array.from({ length: 10 }, () => new Linear(8, 8));
  readonly top = new Linear(8, 1);

  forward(x: Tensor): Tensor {
    let h = x;
    for (const layer of this.layers) h = squash(layer.forward(h)); // <- here
    return this.top.forward(h);
  }
}

export const model: Tower = new Tower().initialize({ seed: 1 });
export const optimizer: SGD = new SGD(model.parameters(), { learningRate: 0.1 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([12, 8], random),
  y: randomUniform([12, 1], random),
};
export const loss = (net: Tower, { x, y }: typeof batch): Tensor => mse(net.forward(x), y);
