/** An embedding of eight styles: the rows of styles that the batch does not show have no gradient this time. */
import { Conv2d, conv2d, Embedding, Linear, Module, mse, relu, reshape, type Tensor } from "synthconv";
import { type Photographs, photographs } from "../photographs.ts";

const KERNELS = 4;

class Network extends Module {
  readonly styles = new Embedding(8, 6);
  readonly generator = new Linear(6, 3 * KERNELS);
  readonly head = new Conv2d(KERNELS, 3, 1);

  forward(image: Tensor, style: readonly number[]): Tensor {
    const written = this.generator.forward(this.styles.forward(style));
    return this.head.forward(relu(conv2d(image, reshape(written, [-1, KERNELS, 3, 1, 1]))));
  }
}

export const model: Network = new Network().initialize({ seed: 2 });
export const batch: Photographs & { style: readonly number[] } = { ...photographs(4), style: [1, 5, 1, 6] };
export const loss = (network: Network, { style, image, target }: typeof batch): Tensor =>
  mse(network.forward(image, style), target);
