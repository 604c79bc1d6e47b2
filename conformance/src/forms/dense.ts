/** Products of matrices and convolutions: the three products of a layer, shared weights and one set per sample. */
import { grad, type Tensor, tensor } from "../../../packages/synthconv/dist/autograd/index.js";
import {
  addProduct,
  allocateSums,
  type MatrixProduct,
  type ProductSize,
} from "../../../packages/synthconv/dist/kernels/index.js";
import { type Conv2dOptions, conv2d } from "../../../packages/synthconv/dist/ops/index.js";
import type { Case, Form, Numbers } from "../case.js";
import { inFloat64, mostlyPositive, signed, uniform } from "../numbers.js";

// Around the groups of 4 rows and 8 columns, the blocks of 128 along the sum, the tiles of 256 x 512 x 1024,
// and 4096, where sums go to float64; the last is below what pays on the kernel.
const PRODUCTS: readonly ProductSize[] = [
  { rows: 1, columns: 1, inner: 4097 },
  { rows: 4, columns: 8, inner: 127 },
  { rows: 5, columns: 9, inner: 129 },
  { rows: 3, columns: 513, inner: 7 },
  { rows: 257, columns: 7, inner: 5 },
  { rows: 257, columns: 515, inner: 3 },
  { rows: 13, columns: 17, inner: 1025 },
  { rows: 2, columns: 3, inner: 20_000 },
  { rows: 0, columns: 5, inner: 3 },
  { rows: 4, columns: 5, inner: 0 },
  { rows: 3, columns: 2, inner: 5 },
];

const TRANSPOSED = { "a b": undefined, "aT b": "a", "a bT": "b" } as const;

type Draw = (length: number, purpose: string) => Float32Array;
const DRAWS: Readonly<Record<string, Draw>> = {
  "of both signs": mostlyPositive,
  // Rounding errors have the same sign where sums are long.
  "of one sign": (length, purpose) => uniform(length, purpose, 0, 2),
};

function productCase(size: ProductSize, transposed: MatrixProduct["transposed"], sign: string): Case {
  const { rows, columns, inner } = size;
  const draw = DRAWS[sign] as Draw;
  const [a, b] = [draw(rows * inner, "a"), draw(inner * columns, "b")];
  return { ...productOf(size, transposed, a, b), name: `${rows} x ${columns} x ${inner}, ${sign}` };
}

function productOf(
  size: ProductSize,
  transposed: MatrixProduct["transposed"],
  a: Float32Array,
  b: Float32Array,
): Pick<Case, "run" | "exact"> {
  const length = size.rows * size.columns;
  const common = { ...size, ...(transposed && { transposed }) };
  return {
    run: (place) => {
      const out = place(allocateSums(length, size, a, 1));
      addProduct({ ...common, a: place(a), b: place(b), out });
      return { out };
    },
    exact: () => {
      const out = new Float64Array(length);
      addProduct({ ...common, a: inFloat64(a), b: inFloat64(b), out });
      return { out };
    },
  };
}

const productForms = Object.entries(TRANSPOSED).map(([name, transposed]): Form => {
  const cases = PRODUCTS.flatMap((size) => {
    return Object.keys(DRAWS).map((sign) => productCase(size, transposed, sign));
  });
  return { name: `product, ${name}`, cases: [...cases, spoiltProduct(transposed)] };
});

/** A NaN and an infinity of the factors: each reaches its own row or column and nothing else. */
function spoiltProduct(transposed: MatrixProduct["transposed"]): Case {
  const size = { rows: 21, columns: 19, inner: 13 };
  const a = mostlyPositive(size.rows * size.inner, "a");
  const b = mostlyPositive(size.inner * size.columns, "b");
  a[transposed === "a" ? 3 * size.rows + 20 : 20 * size.inner + 3] = Number.NaN;
  b[transposed === "b" ? 18 * size.inner + 5 : 5 * size.columns + 18] = Number.POSITIVE_INFINITY;
  return {
    ...productOf(size, transposed, a, b),
    name: "21 x 19 x 13, NaN and Infinity",
    isEngineBound: true,
  };
}

interface Convolution {
  readonly title: string;
  readonly image: readonly number[];
  readonly weight: readonly number[];
  readonly bias?: readonly number[];
  readonly options?: Conv2dOptions;
  /** Takes the place of one number of the image. */
  readonly spoiltBy?: number;
  /** Large enough for threads to share it. */
  readonly isShared?: boolean;
}

const shared: readonly Convolution[] = [
  { title: "1x1", image: [2, 5, 13, 11], weight: [7, 5, 1, 1], bias: [7] },
  { title: "1x1 with a stride", image: [2, 9, 24, 23], weight: [6, 9, 1, 1], options: { stride: [2, 3] } },
  { title: "3x3", image: [2, 4, 17, 19], weight: [9, 4, 3, 3], bias: [9], options: { padding: 1 } },
  { title: "3x3 without padding", image: [1, 4, 17, 19], weight: [3, 4, 3, 3] },
  {
    title: "3x3 of many channels",
    image: [2, 16, 37, 42],
    weight: [21, 16, 3, 3],
    bias: [21],
    options: { padding: [0, 2] },
    isShared: true,
  },
  { title: "3x3 below what pays", image: [1, 2, 4, 3], weight: [2, 2, 3, 3], options: { padding: 1 } },
  ...[Number.NaN, Number.POSITIVE_INFINITY].map((spoiltBy) => ({
    title: `3x3 of an image with ${spoiltBy}`,
    image: [2, 4, 17, 19],
    weight: [9, 4, 3, 3],
    options: { padding: 1 },
    spoiltBy,
  })),
  {
    title: "3x3 of many channels with Infinity",
    image: [1, 16, 37, 42],
    weight: [21, 16, 3, 3],
    options: { padding: 1 },
    spoiltBy: Number.POSITIVE_INFINITY,
  },
  { title: "no samples", image: [0, 4, 17, 19], weight: [9, 4, 3, 3], bias: [9] },
  {
    title: "a stride over a remainder",
    image: [2, 4, 30, 31],
    weight: [6, 4, 3, 3],
    options: { stride: [3, 2], padding: 1 },
  },
  {
    title: "a stride beyond the kernel",
    image: [1, 8, 32, 33],
    weight: [9, 8, 2, 1],
    options: { stride: 3 },
  },
  {
    title: "dilation with a stride",
    image: [1, 4, 31, 29],
    weight: [5, 4, 3, 4],
    options: { dilation: [2, 3], stride: 2, padding: [4, 1] },
  },
  {
    title: "padding beyond the kernel",
    image: [1, 4, 9, 10],
    weight: [5, 4, 2, 3],
    options: { padding: [4, 5] },
  },
  {
    title: "groups",
    image: [2, 12, 14, 15],
    weight: [9, 4, 3, 3],
    bias: [9],
    options: { groups: 3, padding: 1 },
  },
  {
    title: "several tiles of rows",
    image: [1, 3, 300, 310],
    weight: [2, 3, 3, 3],
    options: { padding: 1 },
    isShared: true,
  },
  {
    title: "several tiles of columns",
    image: [1, 1, 3, 270_000],
    weight: [1, 1, 3, 3],
    options: { padding: 1 },
  },
  {
    title: "several chunks of channels",
    image: [1, 700, 5, 6],
    weight: [3, 700, 3, 3],
    options: { padding: 1 },
  },
  { title: "several chunks and tiles of outputs", image: [1, 65, 9, 8], weight: [257, 65, 8, 8] },
  {
    title: "several tiles of outputs",
    image: [1, 2, 5, 6],
    weight: [515, 2, 3, 3],
    bias: [515],
    options: { padding: 1 },
  },
];

const perSample: readonly Convolution[] = [
  { title: "1x1", image: [3, 5, 13, 11], weight: [3, 7, 5, 1, 1], bias: [3, 7] },
  { title: "3x3", image: [2, 4, 17, 19], weight: [2, 9, 4, 3, 3], bias: [2, 9], options: { padding: 1 } },
  {
    title: "more slices than samples",
    image: [2, 8, 60, 61],
    weight: [2, 12, 8, 3, 3],
    bias: [2, 12],
    options: { padding: 1 },
    isShared: true,
  },
  {
    title: "3x3 of many channels, in groups",
    image: [3, 16, 18, 31],
    weight: [3, 24, 8, 3, 3],
    bias: [24],
    options: { groups: 2, padding: 1 },
  },
  { title: "5x3", image: [2, 3, 20, 9], weight: [2, 5, 3, 5, 3], options: { padding: [2, 1] } },
  {
    title: "depthwise",
    image: [2, 3, 40, 30],
    weight: [2, 3, 1, 3, 3],
    options: { groups: 3, padding: 1 },
  },
  {
    title: "groups, stride and dilation",
    image: [3, 6, 21, 18],
    weight: [3, 4, 3, 2, 3],
    bias: [4],
    options: { groups: 2, stride: 2, dilation: [1, 2], padding: [0, 2] },
  },
];

const sizeOf = (shape: readonly number[]) => shape.reduce((product, side) => product * side, 1);

function convolutionCase(one: Convolution): Case {
  const numbers = {
    image: signed(sizeOf(one.image), "image"),
    weight: signed(sizeOf(one.weight), "weight"),
    bias: one.bias && signed(sizeOf(one.bias), "bias"),
  };
  if (one.spoiltBy !== undefined) numbers.image[7] = one.spoiltBy;
  return {
    name: `${one.title}: image ${one.image.join("x")}, weight ${one.weight.join("x")}`,
    isEngineBound: one.spoiltBy !== undefined,
    ...(one.isShared && { isShared: true }),
    run: () => passes(one, numbers, "float32"),
    exact: () => passes(one, numbers, "float64"),
  };
}

/** Result and gradients, for an upstream gradient whose sums do not cancel. */
function passes(
  one: Convolution,
  numbers: Record<"image" | "weight", Float32Array> & { bias: Float32Array | undefined },
  dtype: "float32" | "float64",
): Record<string, Numbers> {
  const leaf = (data: Float32Array, shape: readonly number[]) =>
    tensor(Array.from(data), { shape, dtype, requiresGrad: true });
  const image = leaf(numbers.image, one.image);
  const weight = leaf(numbers.weight, one.weight);
  const bias = numbers.bias && leaf(numbers.bias, one.bias ?? []);
  const output = conv2d(image, weight, bias, one.options);
  const upstream = mostlyPositive(output.size, "upstream");
  const seed = tensor(Array.from(upstream), { shape: output.shape, dtype });
  const leaves = bias === undefined ? { image, weight } : { image, weight, bias };
  const gradients = grad(output, Object.values(leaves), { seed });
  const named: Record<string, Numbers> = { output: output.data };
  Object.keys(leaves).forEach((name, index) => {
    named[`${name} gradient`] = (gradients[index] as Tensor).data;
  });
  return named;
}

export const denseForms: readonly Form[] = [
  ...productForms,
  { name: "convolution, weights shared by the batch", cases: shared.map(convolutionCase) },
  { name: "convolution, weights of each sample", cases: perSample.map(convolutionCase) },
];
