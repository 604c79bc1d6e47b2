/** Stages of 1x1 convolutions as one operation: every activation, depth, residual, weights shared and per sample. */
import {
  type Activation,
  activationNames,
  hyper,
  initializers,
  noGrad,
  ops,
  type PixelNetworkLayer,
  type Tensor,
} from "../library.js";
import type { Random } from "../random.js";
import { type Built, CONDITION, type Context, type StageRow, Weights } from "./parts.js";
import type { Watch } from "./watch.js";

interface Stack {
  /** Before, between and after the layers. */
  readonly channels: readonly number[];
  readonly activation: Activation;
  readonly negativeSlope?: number;
  readonly biases?: boolean;
  readonly residual?: boolean;
}

const row = (name: string, stackOf: (channels: number, random: Random) => Stack): StageRow => ({
  name,
  takes: "image",
  make: ([, channels = 1], random) => shared(stackOf(channels, random)),
});

const widths = (random: Random, first: number, layers: number): number[] => [
  first,
  ...Array.from({ length: layers }, () => random.integer(1, 6)),
];

export const pixelStages: readonly StageRow[] = [
  ...activationNames.map((activation) =>
    row(`pixelNetwork, ${activation}`, (channels, random) => ({
      channels: widths(random, channels, random.integer(1, 4)),
      activation,
    })),
  ),
  row("pixelNetwork, ten layers", (channels, random) => ({
    channels: widths(random, channels, 10),
    activation: "leakyRelu",
    negativeSlope: 0.7,
  })),
  row("pixelNetwork, slope", (channels, random) => ({
    channels: widths(random, channels, 2),
    activation: "leakyRelu",
    negativeSlope: random.pick([0.3, -0.2, 0]),
  })),
  row("pixelNetwork, no biases", (channels, random) => ({
    channels: widths(random, channels, 2),
    activation: random.pick(activationNames),
    biases: false,
  })),
  row("pixelNetwork, residual", (channels, random) => ({
    channels: [channels, random.integer(1, 8), channels],
    activation: random.pick(activationNames),
    residual: true,
  })),
  {
    name: "pixelNetwork, 3-K-3",
    takes: "image",
    make: ([, channels = 1], random) => {
      const one = { channels: [3, random.integer(1, 12), 3], residual: random.chance(0.5) };
      const stack = shared({ ...one, activation: random.pick(["relu", "leakyRelu"]) });
      const before = new Weights([3, channels, 1, 1], initializers.torch(channels));
      return {
        parts: [before, ...(stack.parts ?? [])],
        run: (x, context) => stack.run(ops.conv2d(x, before.values), context),
      };
    },
  },
  {
    name: "pixelNetwork, weights per sample",
    takes: "image",
    make: ([, channels = 1], random) => perSample(widths(random, channels, 2)),
  },
];

function shared({ channels, activation, negativeSlope, biases = true, residual = false }: Stack): Built {
  const weights = channels.slice(1).map((outputs, index) => {
    const inputs = channels[index] as number;
    return new Weights([outputs, inputs, 1, 1], initializers.normal(1 / Math.sqrt(inputs)));
  });
  const shifts = biases ? channels.slice(1).map((outputs) => new Weights([outputs])) : [];
  const layers = (): PixelNetworkLayer[] =>
    weights.map(({ values }, index) => ({
      weight: values,
      bias: shifts[index]?.values,
      // The last layer has none, unless it is the only one.
      activation: index > 0 && index === weights.length - 1 ? "none" : activation,
      negativeSlope,
    }));
  return {
    parts: [...weights, ...shifts],
    run: (x, { watch }) => pixelNetwork(x, layers(), residual, watch),
  };
}

function perSample(channels: readonly number[]): Built {
  const tensors = channels.slice(1).flatMap((outputs, index) => [
    { name: `${index}.weight`, shape: [outputs, channels[index] as number, 1, 1] },
    { name: `${index}.bias`, shape: [outputs] },
  ]);
  const generator = new hyper.WeightGenerator({ conditionLength: CONDITION, hidden: [6], tensors });
  return {
    parts: [generator],
    run: (x: Tensor, { condition, watch }: Context) => {
      const written = generator.forward(condition);
      const layers = channels.slice(1).map(
        (_, index): PixelNetworkLayer => ({
          weight: written[`${index}.weight`] as Tensor,
          bias: written[`${index}.bias`],
          activation: index === 0 ? "relu" : "none",
        }),
      );
      return pixelNetwork(x, layers, false, watch);
    },
  };
}

function pixelNetwork(x: Tensor, layers: PixelNetworkLayer[], residual: boolean, watch: Watch): Tensor {
  watchKinks(x, layers, watch);
  return ops.pixelNetwork(x, layers, { residual });
}

/**
 * Shows a watch the kinks inside of a pixel network, in float64 and layer by layer.
 *
 * @returns what it gives, without the residual.
 */
export function watchKinks(image: Tensor, layers: readonly PixelNetworkLayer[], watch: Watch): Tensor {
  const wide = (x: Tensor): Tensor => ops.cast(x, "float64");
  let x = image;
  noGrad(() =>
    watch.fused(() => {
      x = wide(image);
      for (const { weight, bias, activation = "none", negativeSlope } of layers) {
        x = ops.conv2d(x, wide(weight), bias && wide(bias));
        if (activation === "relu") x = ops.relu(x);
        else if (activation === "leakyRelu") x = ops.leakyRelu(x, negativeSlope);
        else if (activation !== "none") x = ops[activation](x);
      }
    }),
  );
  return x;
}
