import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers"; // registers the gradients of all operations, as @tensorflow/tfjs does
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { closeTo } from "../../../../test-support/close-to.js";
import type { Activation } from "../../src/core/activations.js";
import { GraphError, ShapeError, ValueError } from "../../src/core/errors.js";
import { setBackend } from "../../src/kernels/index.js";
import { pixelNetworkTfjs, type TfjsPixelLayer } from "../../src/tfjs/index.js";

beforeAll(() => tf.setBackend("cpu"));
beforeEach(() => setBackend(undefined));

let seed = 0;
function normal(shape: number[], deviation = 1): tf.Tensor {
  return tf.randomNormal(shape as [number], 0, deviation, "float32", ++seed);
}

/** The same network out of TensorFlow.js' own operations, sample by sample. */
function composed(image: tf.Tensor, layers: readonly TfjsPixelLayer[], residual = false): tf.Tensor {
  const samples = Array.from({ length: image.shape[0] as number }, (_, sample) => {
    const one = tf.slice(image, sample, 1);
    const result = layers.reduce((x, { weight, bias, activation, negativeSlope }) => {
      const set = [3, 5].includes(weight.rank) ? tf.gather(weight, sample) : weight;
      const [from = 0, to = 0] = set.shape.slice(-2);
      const kernel: tf.Tensor4D = tf.reshape(set, [1, 1, from, to]);
      const z = tf.conv2d(x as tf.Tensor4D, kernel, 1, "same");
      const biased = bias === undefined ? z : tf.add(z, bias.rank === 2 ? tf.gather(bias, sample) : bias);
      return activate(biased, activation, negativeSlope);
    }, one);
    return residual ? tf.add(result, one) : result;
  });
  return tf.concat(samples, 0);
}

function activate(z: tf.Tensor, activation: Activation = "none", slope = 0.01): tf.Tensor {
  if (activation === "relu") return tf.relu(z);
  if (activation === "leakyRelu") return tf.leakyRelu(z, slope);
  if (activation === "tanh") return tf.tanh(z);
  if (activation === "none") return z;
  throw new Error(`this test does not compose ${activation}`);
}

function expectClose(received: tf.Tensor, expected: tf.Tensor, tolerance: number): void {
  expect(received.shape).toEqual(expected.shape);
  closeTo(received.dataSync(), expected.dataSync(), tolerance);
}

interface Case {
  readonly name: string;
  readonly image: readonly number[];
  readonly layers: readonly {
    readonly weight: readonly number[];
    readonly bias?: readonly number[];
    readonly activation?: Activation;
    readonly negativeSlope?: number;
  }[];
  readonly residual?: boolean;
}

const cases: readonly Case[] = [
  {
    name: "the seed's 3-K-3 with weights of each sample's own",
    image: [2, 5, 7, 3],
    layers: [
      { weight: [2, 3, 16], activation: "relu" },
      { weight: [16, 3], bias: [3] },
    ],
  },
  {
    name: "everything per sample, written with the axes of a kernel, and the residual",
    image: [3, 4, 4, 3],
    layers: [
      { weight: [3, 1, 1, 3, 5], bias: [3, 5], activation: "leakyRelu", negativeSlope: 0.2 },
      { weight: [3, 1, 1, 5, 3], bias: [3, 3] },
    ],
    residual: true,
  },
  {
    name: "three layers, 4 channels in and 2 out, shared kernels",
    image: [1, 3, 6, 4],
    layers: [
      { weight: [1, 1, 4, 6], bias: [6], activation: "tanh" },
      { weight: [6, 5], activation: "relu" },
      { weight: [5, 2], bias: [2] },
    ],
  },
  { name: "one layer and one pixel", image: [2, 1, 1, 1], layers: [{ weight: [1, 1], bias: [2, 1] }] },
];

function tensorsOf({ image, layers }: Case): tf.Tensor[] {
  const shapes = layers.flatMap(({ weight, bias }) => (bias === undefined ? [weight] : [weight, bias]));
  return [normal([...image]), ...shapes.map((shape) => normal([...shape], 0.6))];
}

function layersOf({ layers }: Case, weights: readonly tf.Tensor[]): TfjsPixelLayer[] {
  let next = 0;
  return layers.map(({ activation, negativeSlope, bias }) => ({
    ...{ activation, negativeSlope },
    weight: weights[next++] as tf.Tensor,
    bias: bias && weights[next++],
  }));
}

describe("the fused pixel network is TensorFlow.js' own composition of 1x1 convolutions", () => {
  it.each([...cases])("$name: the result, and the gradients of all inputs", (one) => {
    const tensors = tensorsOf(one);
    const [image, ...weights] = tensors as [tf.Tensor, ...tf.Tensor[]];
    const result = pixelNetworkTfjs(tf, image, layersOf(one, weights), { residual: one.residual });
    const expected = composed(image, layersOf(one, weights), one.residual);
    expectClose(result, expected, 1e-6);
    const upstream = normal(result.shape);
    const fused = tf.grads((x, ...w) =>
      pixelNetworkTfjs(tf, x as tf.Tensor, layersOf(one, w), { residual: one.residual }),
    )(tensors, upstream);
    const reference = tf.grads((x, ...w) => composed(x as tf.Tensor, layersOf(one, w), one.residual))(
      tensors,
      upstream,
    );
    fused.forEach((gradient, index) => {
      expectClose(gradient, reference[index] as tf.Tensor, 2e-6);
    });
  });

  it("over images of more than one tile", () => {
    const image = normal([1, 300, 500, 3]);
    const layers = [
      { weight: normal([3, 3]), activation: "relu" as const },
      { weight: normal([3, 3]), bias: normal([3]) },
    ];
    expectClose(pixelNetworkTfjs(tf, image, layers), composed(image, layers), 1e-6);
    const loss = (w: tf.Tensor, network: typeof composed): tf.Tensor =>
      tf.mean(tf.square(network(image, [{ ...layers[0], weight: w }, layers[1] as TfjsPixelLayer])));
    const [fused, reference] = [
      tf.grad((w) => loss(w, (x, l) => pixelNetworkTfjs(tf, x, l)))(layers[0]?.weight as tf.Tensor),
      tf.grad((w) => loss(w, composed))(layers[0]?.weight as tf.Tensor),
    ];
    // TensorFlow.js adds 150,000 numbers in float32.
    expectClose(fused, reference, 1e-4);
  });
});

describe("threads", () => {
  it("share large images, and give the same bits", async () => {
    // Workers load the built files.
    const { startThreads, stopThreads } = await import("../../dist/index.js");
    const built = await import("../../dist/tfjs/index.js");
    const [image, weight] = [normal([1, 300, 500, 3]), normal([3, 16])];
    const layers = [{ weight, activation: "relu" as const }, { weight: normal([16, 3]) }];
    const both = (): ArrayLike<number>[] => {
      const run = (x: tf.Tensor, w: tf.Tensor): tf.Tensor =>
        built.pixelNetworkTfjs(tf, x, [{ ...layers[0], weight: w }, layers[1] as TfjsPixelLayer]);
      return [run(image, weight), ...tf.grads(run)([image, weight])].map((one) => one.dataSync());
    };
    const alone = both();
    const { threads } = await startThreads({ threads: 2 });
    try {
      expect(threads).toBe(2);
      expect(both()).toEqual(alone);
    } finally {
      await stopThreads();
    }
  });
});

describe("gradients are what central differences say", () => {
  it("of a generator whose output is the weights, for its own variables", () => {
    const image = normal([2, 3, 3, 3]);
    const condition = normal([2, 4]);
    const head = normal([4, 3 * 6], 0.5);
    const last = { weight: normal([6, 3]), bias: normal([3]) };
    const loss = (generator: tf.Tensor): tf.Scalar => {
      const weight = tf.reshape(tf.matMul(condition as tf.Tensor2D, generator as tf.Tensor2D), [2, 3, 6]);
      const result = pixelNetworkTfjs(tf, image, [{ weight, activation: "tanh" }, last]);
      return tf.sum(tf.square(result));
    };
    const gradient = tf.grad(loss)(head).dataSync();
    const values = head.dataSync();
    const step = 1e-2;
    const moved = (index: number, by: number): number => {
      const copy = Float32Array.from(values);
      copy[index] = (copy[index] as number) + by;
      return loss(tf.tensor(copy, head.shape)).dataSync()[0] as number;
    };
    const largest = Math.max(...gradient.map(Math.abs));
    for (let index = 0; index < values.length; index += 5) {
      const difference = (moved(index, step) - moved(index, -step)) / (2 * step);
      expect(Math.abs(difference - (gradient[index] as number)) / largest).toBeLessThan(2e-3);
    }
    expect(largest).toBeGreaterThan(0.1);
  });
});

describe("as an operation of TensorFlow.js", () => {
  it("a variable learns through it with tf's optimizers", () => {
    const image = tf.abs(normal([1, 8, 8, 3]));
    const weight = tf.variable(normal([3, 3]));
    const optimizer = tf.train.adam(0.05);
    const loss = (): tf.Scalar =>
      tf.mean(tf.square(tf.sub(pixelNetworkTfjs(tf, image, [{ weight }]), tf.mul(image, 0.5))));
    for (let step = 0; step < 200; step++) optimizer.minimize(loss, false, [weight]);
    expect(loss().dataSync()[0]).toBeLessThan(1e-4);
    optimizer.dispose();
    weight.dispose();
  });

  it("leaves no tensor behind, forward or backward", () => {
    const image = normal([2, 4, 4, 3]);
    const weight = normal([2, 3, 3]);
    const before = tf.memory();
    tf.dispose(pixelNetworkTfjs(tf, image, [{ weight }]));
    tf.dispose(
      tf.grads((x, w) => pixelNetworkTfjs(tf, x as tf.Tensor, [{ weight: w as tf.Tensor }]))([image, weight]),
    );
    expect(tf.memory()).toEqual(before);
  });

  it("refuses a gradient of its gradient, which would be wrong without a word", () => {
    const weight = normal([3, 3]);
    const image = normal([1, 2, 2, 3]);
    const gradient = tf.grad((w: tf.Tensor) => tf.sum(pixelNetworkTfjs(tf, image, [{ weight: w }])));
    expect(() => tf.grad((w: tf.Tensor) => tf.sum(gradient(w)))(weight)).toThrow(GraphError);
  });
});

describe("what does not fit is refused with what to write", () => {
  const image = tf.zeros([2, 4, 4, 3]);
  const refusal = (
    layers: readonly TfjsPixelLayer[],
    { of = image, residual = false }: { of?: tf.Tensor; residual?: boolean } = {},
  ): Error => {
    try {
      pixelNetworkTfjs(tf, of, layers, { residual });
    } catch (error) {
      return error as Error;
    }
    throw new Error("nothing was refused");
  };
  const good = { weight: tf.zeros([3, 3]) };

  it("a generator's flat output", () => {
    const error = refusal([{ weight: tf.zeros([2, 9]) }]);
    expect(error).toBeInstanceOf(ShapeError);
    expect(error.message).toBe(
      "pixelNetworkTfjs layer 0 weight: expected [3,O] or [1,1,3,O] shared by the batch, or [2,3,O] with one set per sample, " +
        "received [2,9]. A generator's output becomes weight.reshape([2,3,O]), for which it must emit 3*O numbers per sample.",
    );
  });

  it("weights of another batch, larger kernels, layers that do not follow each other", () => {
    expect(refusal([{ weight: tf.zeros([3, 3, 4]) }])).toBeInstanceOf(ShapeError);
    expect(refusal([{ weight: tf.zeros([3, 3, 3, 3]) }])).toBeInstanceOf(ShapeError);
    expect(refusal([good, { weight: tf.zeros([4, 3]) }]).message).toContain("layer 1 weight: expected [3,O]");
  });

  it("a bias of the wrong size or batch", () => {
    expect(refusal([{ ...good, bias: tf.zeros([4]) }]).message).toContain("expected [3] shared by the batch");
    expect(refusal([{ ...good, bias: tf.zeros([3, 3]) }])).toBeInstanceOf(ShapeError);
  });

  it("an image that is not [B,H,W,C], or of whole numbers as tf.browser.fromPixels gives it", () => {
    expect(refusal([good], { of: tf.zeros([4, 4, 3]) }).message).toContain("image.expandDims(0)");
    const error = refusal([good], { of: tf.zeros([1, 4, 4, 3], "int32") });
    expect(error).toBeInstanceOf(ValueError);
    expect(error.message).toContain("received int32. Make it image.toFloat().div(255)");
  });

  it("no layer, an unknown activation, a residual between unequal channels", () => {
    expect(refusal([])).toBeInstanceOf(ValueError);
    expect(refusal([{ ...good, activation: "swish" as Activation }]).message).toContain('received "swish"');
    expect(refusal([{ weight: tf.zeros([3, 4]) }], { residual: true })).toBeInstanceOf(ShapeError);
  });
});
