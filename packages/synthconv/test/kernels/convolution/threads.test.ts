/** Against the built package: a worker is a separate file, and Node cannot start one from the sources. */

import { createHash } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { normalNumbers } from "../../../../../test-support/numbers.js";
import { grad, type Tensor, tensor } from "../../../dist/autograd/index.js";
import { availableBackends, setBackend, startThreads, stopThreads } from "../../../dist/kernels/index.js";
import { productPart, productSlices } from "../../../dist/kernels/product/tasks.js";
import { threadsPay } from "../../../dist/kernels/threads/parallel.js";
import { type Conv2dOptions, conv2d, matmul } from "../../../dist/ops/index.js";

afterEach(() => setBackend(undefined));
afterAll(stopThreads);

interface Case {
  readonly title: string;
  readonly image: readonly number[];
  readonly weight: readonly number[];
  readonly bias?: readonly number[];
  readonly options?: Conv2dOptions;
  /** Every so many numbers of image and upstream are 1e6. */
  readonly brightEvery?: number;
}

// Every one is more than 10^7 operations, from where on threads share it.
const convolutions: readonly Case[] = [
  {
    title: "shared weights",
    image: [5, 8, 40, 41],
    weight: [12, 8, 3, 3],
    bias: [12],
    options: { padding: 1 },
  },
  {
    title: "weights of each sample, more slices than samples",
    image: [2, 8, 60, 61],
    weight: [2, 12, 8, 3, 3],
    bias: [2, 12],
    options: { padding: 1 },
  },
  {
    title: "bright pixels, whose blocks take the direct way",
    image: [5, 8, 60, 61],
    weight: [5, 12, 8, 3, 3],
    options: { padding: 1 },
    brightEvery: 5000,
  },
  { title: "one sample", image: [1, 4, 200, 100], weight: [8, 4, 5, 3] },
  {
    title: "a stride, whose image gradient is several products",
    image: [9, 8, 61, 60],
    weight: [9, 8, 8, 3, 3],
    options: { stride: 2, padding: 1 },
  },
  { title: "groups", image: [3, 16, 64, 64], weight: [32, 4, 3, 3], options: { groups: 4, padding: 1 } },
  { title: "1x1", image: [2, 16, 90, 91], weight: [2, 24, 16, 1, 1] },
  {
    title: "a depthwise one",
    image: [3, 40, 70, 71],
    weight: [40, 1, 3, 3],
    bias: [40],
    options: { groups: 40, padding: 1 },
  },
];

function leafOf(shape: readonly number[], purpose: string, brightEvery = Number.POSITIVE_INFINITY): Tensor {
  const size = shape.reduce((product, side) => product * side, 1);
  const numbers = normalNumbers(size, purpose);
  for (let at = 0; at < size; at += brightEvery) if (brightEvery < size) numbers[at] = 1e6;
  return tensor(numbers, { shape, requiresGrad: true });
}

/** A digest of all bits that the result and its gradients have. */
function bitsOf({ image, weight, bias, options, brightEvery }: Case): string {
  const leaves = [leafOf(image, "image", brightEvery), leafOf(weight, "weight")] as [Tensor, Tensor];
  const ofBias = bias && leafOf(bias, "bias");
  const result = conv2d(...leaves, ofBias, options);
  const seed = leafOf(result.shape, "upstream", brightEvery);
  const gradients = grad(result, ofBias === undefined ? leaves : [...leaves, ofBias], { seed });
  const digest = createHash("sha256");
  for (const { data } of [result, ...(gradients as Tensor[])]) digest.update(data.slice());
  return digest.digest("hex");
}

const kernels = availableBackends().filter((backend) => backend !== "reference");
const runs = kernels.flatMap((backend) => convolutions.map((one) => ({ ...one, backend })));
const expected = new Map<string, string>();

beforeAll(() => {
  for (const run of runs) {
    setBackend(run.backend);
    expected.set(`${run.title} ${run.backend}`, bitsOf(run));
  }
});

describe.each([2, 3])("convolutions with %d threads have the bits of one", (threads) => {
  beforeAll(() => startThreads({ threads }));
  afterAll(stopThreads);

  it.each(runs)("$title, $backend", (run) => {
    setBackend(run.backend);
    const { data } = leafOf(run.image, "image");
    expect(threadsPay({ slices: 2, operations: 1e7, arrays: [data] })).toBe(true);
    expect(bitsOf(run)).toBe(expected.get(`${run.title} ${run.backend}`));
  });
});

// Broadcast factors add several products to one entry, in float64; and sums of more than 1024 have float64 sums beside them.
const products = [
  { title: "bands of rows", a: [900, 100], b: [100, 90] },
  { title: "bands of columns, of a small factor", a: [8, 300], b: [300, 3001] },
  { title: "a sum of more than 4096", a: [300, 4100], b: [4100, 130] },
  { title: "a batch with one factor for all", a: [3, 200, 150], b: [150, 260] },
];

function productBits({ a, b }: (typeof products)[number]): string {
  const leaves = [leafOf(a, "a"), leafOf(b, "b")] as [Tensor, Tensor];
  const result = matmul(...leaves);
  const gradients = grad(result, leaves, { seed: leafOf(result.shape, "upstream") });
  const digest = createHash("sha256");
  for (const { data } of [result, ...(gradients as Tensor[])]) digest.update(data.slice());
  return digest.digest("hex");
}

describe.each(kernels)("products of matrices with the %s kernel", (backend) => {
  afterAll(stopThreads);

  it.each(products)("have the bits of one thread: $title", async (product) => {
    setBackend(backend);
    await stopThreads();
    const alone = productBits(product);
    await startThreads({ threads: 3 });
    expect(productBits(product)).toBe(alone);
  });
});

it("a product of small sides is not cut", () => {
  expect(productSlices({ rows: 100, columns: 100, inner: 100_000 })).toBe(1);
  expect(productSlices({ rows: 1000, columns: 8, inner: 8 })).toBe(1);
});

it("bands hold every row or column of a product once", () => {
  for (const size of [
    { rows: 1001, columns: 40, inner: 4000 },
    { rows: 40, columns: 1003, inner: 4000 },
  ]) {
    const slices = productSlices(size);
    expect(slices).toBe(15);
    const parts = Array.from({ length: slices }, (_, slice) => productPart(size, slice));
    const long = size.rows > size.columns ? "rows" : "columns";
    const short = long === "rows" ? "columns" : "rows";
    expect(parts.every((part) => part[short][0] === 0 && part[short][1] === 40)).toBe(true);
    expect(parts.map((part) => part[long][0])).toEqual([
      0,
      ...parts.slice(0, -1).map((part) => part[long][1]),
    ]);
    expect(parts.at(-1)?.[long][1]).toBe(size[long]);
  }
});
