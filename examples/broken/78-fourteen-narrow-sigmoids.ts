// PATTERN a writer of weights of fourteen sigmoid layers, four units wide: with so few no other activation alone helps
// SOURCE https://github.com/microsoft/CNTK/issues/476
// EXPECT fault=vanishing params=layers.0.*,layers.1.*,layers.2.*
// REPAIR
// - h = sigmoid(layer.forward(h)); // <- here
// + h = add(h, sigmoid(layer.forward(h)));
// -   conv2d,
// +   add, conv2d,
import {
  conv2d,
  Linear,
  Module,
  mse,
  RandomStream,
  randomUniform,
  reshape,
  sigmoid,
  type Tensor,
} from "synthconv";

class Writer extends Module {
  readonly layers = Array.from({ length: 14 }, () => new Linear(4, 4));
  readonly last = new Linear(4, 6);

  write(condition: Tensor): Tensor {
    let h = condition;
    for (const layer of this.layers) h = sigmoid(layer.forward(h)); // <- here
    return reshape(this.last.forward(h), [-1, 2, 3, 1, 1]);
  }
}

export const model: Writer = new Writer().initialize({ seed: 35 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"condition" | "image" | "y", Tensor> = {
  condition: randomUniform([4, 4], random),
  image: randomUniform([4, 3, 3, 3], random),
  y: randomUniform([4, 2, 3, 3], random),
};
export const loss = (net: Writer, { condition, image, y }: typeof batch): Tensor =>
  mse(conv2d(image, net.write(condition)), y);
