/**
 * The network that started this project: a fully connected network reads a condition and writes the weights of
 * a 1x1 convolution, a set for each image of the batch.
 *
 *     node examples/seed-network.ts     (Node 22.18 or newer runs TypeScript as it is; after npm run setup)
 *
 * B batch, D numbers of a condition, K kernels that are written, H height, W width.
 */
import {
  Adam,
  Conv2d,
  conv2d,
  Linear,
  Module,
  mse,
  RandomStream,
  ReLU,
  randomUniform,
  relu,
  reshape,
  Sequential,
  type Tensor,
} from "synthconv";

export interface SeedNetworkOptions {
  /** D */
  readonly conditionLength: number;
  /** K */
  readonly channels: number;
  readonly seed: number;
  /**
   * A ReLU behind the written weights, as in the original. Every weight is then 0 or more, and with an image of
   * 0 or more the next ReLU does nothing: the network can only add and scale channels. Default false.
   */
  readonly trailingRelu?: boolean;
}

export class SeedNetwork extends Module {
  readonly channels: number;
  readonly generator: Sequential;
  readonly head: Conv2d;

  constructor({ conditionLength, channels, seed, trailingRelu = false }: SeedNetworkOptions) {
    super();
    this.channels = channels;
    this.generator = new Sequential(
      new Linear(conditionLength, 2 * channels),
      new ReLU(),
      new Linear(2 * channels, 3 * channels),
      ...(trailingRelu ? [new ReLU()] : []),
    );
    this.head = new Conv2d(channels, 3, 1);
    this.initialize({ seed });
  }

  /** condition [B,D], image [B,3,H,W] -> [B,3,H,W] */
  forward(image: Tensor, condition: Tensor): Tensor {
    const written = this.generator.forward(condition); // [B,3K]
    const weight = reshape(written, [-1, this.channels, 3, 1, 1]); // [B,K,3,1,1]: one set per sample
    return this.head.forward(relu(conv2d(image, weight)));
  }
}

const network = new SeedNetwork({ conditionLength: 10, channels: 8, seed: 0 });
const random = new RandomStream({ seed: 0, purpose: "example" });
const condition = randomUniform([1, 10], random);
const image = randomUniform([1, 3, 16, 16], random);
const target = image.multiply(-0.8).add(0.9); // a negative, a little flatter
console.log(`output [${network.forward(image, condition).shape}]`);

const optimizer = new Adam(network.parameters(), { learningRate: 0.03 });
for (let step = 0; step <= 25; step++) {
  optimizer.zeroGrad();
  const loss = mse(network.forward(image, condition), target);
  if (step % 5 === 0) console.log(`after ${step} steps: loss ${loss.item().toFixed(4)}`);
  loss.backward();
  if (step < 25) optimizer.step();
}

for (const [name, { grad }] of network.generator.namedParameters()) {
  console.log(`generator.${name}: gradient norm ${Math.hypot(...(grad?.data ?? [])).toExponential(2)}`);
}
