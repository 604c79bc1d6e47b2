/** Reductions, products, pooling, softmax: operations whose results are sums. */
import { ops, type Tensor, train } from "../../library.js";
import type { Random } from "../../random.js";
import { MOST_AXES, type OperationRow, shapeOf } from "./row.js";

/** Rows that are longer than a chunk of the kernel, or may be. */
function longRows(random: Random): number[] {
  return [random.integer(1, 3), random.integer(200, 5000)];
}

type Reduction = (
  x: Tensor,
  options: { readonly axes: readonly number[]; readonly keepDims: boolean },
) => Tensor;

function reduction(name: string, operation: Reduction, isSum: boolean): OperationRow {
  const call: OperationRow["call"] = ([x], { axes, flag }) =>
    operation(x as Tensor, { axes, keepDims: flag });
  return {
    name,
    inputs: ["a"],
    draw: (random) => {
      const drawn = random.chance(0.3) ? longRows(random) : shapeOf(random);
      // The largest of nothing does not exist.
      const a = isSum ? drawn : drawn.map((side) => Math.max(1, side));
      const axes = [...a.keys()].filter(() => random.chance(0.5));
      return {
        a,
        axes: axes.map((axis) => (random.chance(0.3) ? axis - a.length : axis)),
        flag: random.chance(0.5),
      };
    },
    call,
    ...(isSum ? { ofSizes: call } : {}),
  };
}

/** Of up to three batch axes. */
function batchOf(random: Random): number[] {
  return Array.from({ length: random.integer(0, 2) }, () => (random.chance(0.03) ? 0 : random.integer(1, 4)));
}

const swapped = (x: Tensor): Tensor => {
  const axes = [...x.shape.keys()];
  return ops.transpose(x, [...axes.slice(0, -2), axes.length - 1, axes.length - 2]);
};

/** Any of the two factors transposed before. */
function matmul(name: string, turnsA: boolean, turnsB: boolean): OperationRow {
  const turned = (x: Tensor | undefined, turns: boolean): Tensor =>
    turns ? swapped(x as Tensor) : (x as Tensor);
  const call: OperationRow["call"] = ([a, b]) => ops.matmul(turned(a, turnsA), turned(b, turnsB));
  return {
    name: `matmul${name}`,
    inputs: ["a", "b"],
    draw: (random) => {
      const most = 2 ** (2 + 4 * random.uniform());
      const inner = random.chance(0.03) ? 0 : random.axis(most);
      const [rows, columns] = [random.axis(most), random.axis(most)];
      const batch = batchOf(random);
      const part = (): number[] =>
        batch.slice(random.integer(0, batch.length)).map((side) => (random.chance(0.3) ? 1 : side));
      const [first, second] = random.chance(0.5) ? [batch, part()] : [part(), batch];
      return {
        a: [...first, ...(turnsA ? [inner, rows] : [rows, inner])],
        b: [...second, ...(turnsB ? [columns, inner] : [inner, columns])],
      };
    },
    call,
    ofSizes: call,
  };
}

const linear: OperationRow["call"] = ([x, weight, bias], { flag }) =>
  ops.linear(x as Tensor, weight as Tensor, flag ? bias : undefined);

const products: readonly OperationRow[] = [
  matmul("", false, false),
  matmul(", a transposed", true, false),
  matmul(", b transposed", false, true),
  matmul(", both transposed", true, true),
  {
    name: "linear",
    inputs: ["a", "b", "c"],
    draw: (random) => {
      const most = 2 ** (2 + 5 * random.uniform());
      const [inputs, outputs] = [random.chance(0.05) ? 0 : random.axis(most), random.axis(most)];
      const batch = [...batchOf(random), ...(random.chance(0.8) ? [random.axis(most)] : [])];
      return { a: [...batch, inputs], b: [outputs, inputs], c: [outputs], flag: random.chance(0.6) };
    },
    call: linear,
    ofSizes: linear,
  },
  {
    name: "linear, weights per sample",
    inputs: ["a", "b", "c"],
    draw: (random) => {
      const most = 2 ** (2 + 4 * random.uniform());
      const batch = random.integer(0, 4);
      const [inputs, outputs] = [random.axis(most), random.axis(most)];
      const between = random.chance(0.6) ? [random.axis(most)] : [];
      const bias = random.chance(0.5) ? [batch, outputs] : [outputs];
      return {
        a: [batch, ...between, inputs],
        b: [batch, outputs, inputs],
        c: bias,
        flag: random.chance(0.6),
      };
    },
    call: linear,
    ofSizes: linear,
  },
];

/** Of float32: smaller ones have fewer digits. */
const LEAST_NORMAL = 2 ** -126;

const pool: OperationRow["call"] = ([x], { axes }) => {
  const [kernelY, kernelX, strideY, strideX, paddingY, paddingX] = axes as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return ops.averagePool2d(x as Tensor, {
    kernel: [kernelY, kernelX],
    stride: [strideY, strideX],
    padding: [paddingY, paddingX],
  });
};
const globalPool: OperationRow["call"] = ([x]) => ops.globalAveragePool(x as Tensor);

const pooling: readonly OperationRow[] = [
  {
    name: "averagePool2d",
    inputs: ["a"],
    draw: (random) => {
      const kernel = [random.integer(1, 5), random.integer(1, 5)] as const;
      const padding = kernel.map((side) => random.integer(0, side >> 1)) as [number, number];
      const sides = kernel.map(
        (side, axis) => Math.max(1, side - 2 * (padding[axis] as number)) + random.size(12) - 1,
      );
      return {
        a: [random.integer(0, 2), random.integer(1, 4), ...sides],
        axes: [...kernel, random.integer(1, 5), random.integer(1, 5), ...padding],
      };
    },
    call: pool,
    ofSizes: pool,
  },
  {
    name: "globalAveragePool",
    inputs: ["a"],
    draw: (random) => ({ a: [random.integer(0, 3), random.integer(1, 5), random.axis(20), random.axis(20)] }),
    call: globalPool,
    ofSizes: globalPool,
  },
  {
    name: "softmax",
    inputs: ["a"],
    draw: (random) => {
      const a = random.chance(0.3) ? longRows(random) : shapeOf(random, random.integer(1, MOST_AXES));
      return { a, axes: [random.integer(-a.length, a.length - 1)] };
    },
    call: ([x], { axes }) => ops.softmax(x as Tensor, axes[0]),
    // y (u - sum of y u), where the sum is at most the largest u. A y below the least normal number errs as much as that.
    gradientTerms: (output, upstream) => {
      const largest = upstream.reduce((most, size) => Math.max(most, size), 0);
      return output.map((y, index) => Math.max(y, LEAST_NORMAL) * ((upstream[index] as number) + largest));
    },
  },
  {
    name: "logSoftmax",
    inputs: ["a"],
    draw: (random) => {
      const a = random.chance(0.3) ? longRows(random) : shapeOf(random, random.integer(1, MOST_AXES));
      return { a, axes: [random.integer(-a.length, a.length - 1)] };
    },
    call: ([x], { axes }) => ops.logSoftmax(x as Tensor, axes[0]),
    // u - e^y (sum of u), where e^y is at most 1 and the sum at most that of all. What rounding y to float32 moves it by, up to
    // 2^-24 of its size, e^y is off by as a share of itself: a sixteenth of the 1e-6 that is allowed.
    gradientTerms: (output, upstream) => {
      const total = upstream.reduce((sum, size) => sum + size, 0);
      return output.map((y, index) => (upstream[index] as number) + Math.exp(-y) * total * (1 + y / 16));
    },
  },
];

type Loss = (a: Tensor, b: Tensor) => Tensor;

function loss(name: string, of: Loss, rest: Partial<OperationRow> = {}): OperationRow {
  return {
    name: `loss ${name}`,
    inputs: ["a", "b"],
    isSteep: true,
    draw: (random) => {
      const a = random.chance(0.5) ? longRows(random) : shapeOf(random);
      return { a, b: a };
    },
    call: ([a, b]) => of(a as Tensor, b as Tensor),
    ...rest,
  };
}

const losses: readonly OperationRow[] = [
  loss("mse", train.mse),
  loss("l1", train.l1, { hasJumps: true }),
  loss("huber", (a, b) => train.huber(a, b, { delta: 0.5 })),
];

export const sums: readonly OperationRow[] = [
  reduction("sum", ops.sum, true),
  reduction("mean", ops.mean, true),
  { ...reduction("max", ops.max, false), hasJumps: true },
  { ...reduction("min", ops.min, false), hasJumps: true },
  ...products,
  ...pooling,
  ...losses,
];
