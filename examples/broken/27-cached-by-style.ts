// PATTERN the weights of each style are kept in a Map, with their graph, and read again in the next step
// SOURCE https://github.com/lucidrains/rotary-embedding-torch/issues/18
// EXPECT fault=staleGraph params=styles.weight,hyper.*
// REPAIR
// - this.cache.set(style, kernel);
// + this.cache.clear();
import {
  conv2d,
  Embedding,
  Linear,
  Module,
  mse,
  RandomStream,
  randomUniform,
  reshape,
  type Tensor,
} from "synthconv";

class Styled extends Module {
  readonly styles = new Embedding(4, 5);
  readonly hyper = new Linear(5, 6);
  readonly cache = new Map<number, Tensor>();

  kernelOf(style: number): Tensor {
    const known = this.cache.get(style);
    if (known !== undefined) return known;
    const kernel = reshape(this.hyper.forward(this.styles.forward([style])), [2, 3, 1, 1]); // <- here
    this.cache.set(style, kernel);
    return kernel;
  }
}

export const model: Styled = new Styled().initialize({ seed: 1 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: { image: Tensor; y: Tensor; style: number } = {
  image: randomUniform([3, 3, 4, 4], random),
  y: randomUniform([3, 2, 4, 4], random),
  style: 2,
};
export const loss = (net: Styled, { image, y, style }: typeof batch): Tensor =>
  mse(conv2d(image, net.kernelOf(style)), y);
