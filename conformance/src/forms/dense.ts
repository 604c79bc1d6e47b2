/** Products of matrices and convolutions: the three products of a layer, shared weights and one set per sample. */
import { grad, type Tensor, tensor } from "../../../packages/synthconv/dist/autograd/index.js";
import {
  addProduct,
  allocateSums,
  type MatrixProduct,
  type ProductSize,
} from "../../../packages/synthconv/dist/kernels/index.js";
import { conv2d } from "../../../packages/synthconv/dist/ops/index.js";
import type { Case, Form, Numbers } from "../case.js";
import { inFloat64, mostlyPositive, signed, uniform } from "../numbers.js";
import { type Convolution, perSample, shared } from "./convolution-cases.js";

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
