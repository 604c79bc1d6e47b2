/** Losses of the library, of operations, and those that are one operation with their pixel network. */
import { initializers, ops, type PixelLossName, pixelLossNames, type Tensor, train } from "../library.js";
import { type Built, type Context, Weights } from "./parts.js";
import { watchKinks } from "./pixel-stages.js";

/** Ends a network. */
export interface LossRow {
  readonly name: string;
  /** Numbers of a target for an output of this shape. */
  targetShape(shape: readonly number[]): readonly number[];
  make(shape: readonly number[]): Loss;
}

export interface Loss {
  readonly parts?: Built["parts"];
  /** A tensor of one entry. */
  of(x: Tensor, target: Tensor, context: Context): Tensor;
}

const same = (shape: readonly number[]): readonly number[] => shape;

const row = (name: string, of: Loss["of"]): LossRow => ({ name, targetShape: same, make: () => ({ of }) });

interface Fused {
  readonly loss: PixelLossName;
  readonly epsilon?: number;
  readonly isWeighted?: boolean;
  readonly residual?: boolean;
}

const HIDDEN = 4;

/** [B,C]. */
function asClasses(x: Tensor): Tensor {
  return ops.reshape(x, [x.shape[0] as number, -1]);
}

/** Of each sample, the class whose number is the largest; the first is never ignored. */
function classesOf({ shape: [batch = 0, classes = 1], data }: Tensor): number[] {
  return Array.from({ length: batch }, (_, sample) => {
    const own = data.subarray(sample * classes, (sample + 1) * classes);
    return sample === 0 ? 0 : own.indexOf(Math.max(...own));
  });
}

/** Rows of numbers are the pixels of a column with one channel. */
function asImage(x: Tensor): Tensor {
  return x.rank === 4 ? x : ops.reshape(x, [x.shape[0] as number, 1, -1, 1]);
}

function imageShape([batch = 0, channels = 1, height, width = 1]: readonly number[]): number[] {
  return height === undefined ? [batch, 1, channels, 1] : [batch, channels, height, width];
}

function fused(name: string, { loss, epsilon, isWeighted = false, residual = false }: Fused): LossRow {
  return {
    name: `pixelNetworkLoss, ${name}`,
    targetShape: (shape) => (residual ? imageShape(shape) : imageShape(shape).with(1, 2)),
    make: (shape) => {
      const [, channels = 1] = imageShape(shape);
      const parts = [
        new Weights([HIDDEN, channels, 1, 1], initializers.kaiming(channels)),
        new Weights([HIDDEN]),
        new Weights([residual ? channels : 2, HIDDEN, 1, 1]),
      ] as const;
      return {
        parts,
        of: (x, target, { watch }) => {
          const [image, [first, bias, last]] = [asImage(x), parts];
          const layers = [
            { weight: first.values, bias: bias.values, activation: "relu" },
            { weight: last.values },
          ] as const;
          const output = watchKinks(image, layers, watch);
          if (loss === "l1")
            watch.fused(() =>
              kinksOfL1(residual ? ops.add(output, ops.cast(image, "float64")) : output, target),
            );
          const options = { loss, residual, ...(epsilon === undefined ? {} : { epsilon }) };
          const weighted = isWeighted ? { pixelWeight: pixelWeight(target) } : {};
          return ops.pixelNetworkLoss(image, target, layers, { ...options, ...weighted });
        },
      };
    },
  };
}

function kinksOfL1(output: Tensor, target: Tensor): void {
  ops.abs(ops.subtract(output, ops.cast(target, "float64")));
}

/** Of each pixel, from its target's first channel. */
function pixelWeight(target: Tensor): Tensor {
  return ops.add(ops.square(ops.slice(target, [undefined, [0, 1]])), 0.25);
}

export const lossRows: readonly LossRow[] = [
  row("mse", (x, target) => train.mse(x, target)),
  row("l1", (x, target) => train.l1(x, target)),
  row("huber", (x, target) => train.huber(x, target)),
  row("huber, delta", (x, target) => train.huber(x, target, { delta: 0.2 })),
  row("charbonnier", (x, target) => train.charbonnier(x, target)),
  row("charbonnier, epsilon", (x, target) => train.charbonnier(x, target, { epsilon: 0.3 })),
  row("crossEntropy", (x, target) =>
    train.crossEntropy(asClasses(x), classesOf(asClasses(target)), { labelSmoothing: 0.2, ignoreIndex: 1 }),
  ),
  row("crossEntropy, shares", (x, target) =>
    train.crossEntropy(asClasses(x), ops.softmax(asClasses(target), 1)),
  ),
  row("bceWithLogits", (x, target) => train.bceWithLogits(x, ops.sigmoid(target))),
  ...pixelLossNames.map((loss) => fused(loss, { loss })),
  fused("epsilon", { loss: "charbonnier", epsilon: 0.2 }),
  fused("weighted", { loss: "mse", isWeighted: true }),
  fused("residual", { loss: "l1", residual: true }),
];

const byName = new Map(lossRows.map((row) => [row.name, row]));

/** @throws {Error} when there is none of this name, with all that there are. */
export function lossRowOf(name: string): LossRow {
  const row = byName.get(name);
  if (row === undefined) throw new Error(`no loss "${name}": ${[...byName.keys()].join("; ")}`);
  return row;
}
