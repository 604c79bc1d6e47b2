// PATTERN plain gradient descent with a small rate: the loss falls by a little in each step
// SOURCE https://github.com/dangitstam/topic-rnn/pull/9
// EXPECT healthy
import { Conv2d, Module, mse, RandomStream, randomUniform, relu, SGD, type Tensor } from "synthconv";

class Net extends Module {
  readonly layers = [
    new Conv2d(3, 8, 3, { padding: 1 }),
    new Conv2d(8, 8, 3, { padding: 1 }),
    new Conv2d(8, 3, 1),
  ];
  forward(image: Tensor): Tensor {
    return this.layers.reduce(
      (h, layer, at) => (at === 0 ? layer.forward(h) : layer.forward(relu(h))),
      image,
    );
  }
}

export const model: Net = new Net().initialize({ seed: 1 });
export const optimizer: SGD = new SGD(model.parameters(), { learningRate: 1e-4 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"image" | "y", Tensor> = {
  image: randomUniform([2, 3, 6, 6], random),
  y: randomUniform([2, 3, 6, 6], random),
};
export const loss = (net: Net, { image, y }: typeof batch): Tensor => mse(net.forward(image), y);
