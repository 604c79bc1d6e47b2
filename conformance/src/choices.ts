/**
 * Every choice that the kernels note (core/choices.ts), and what networks are drawn from: by how many cases of a run each
 * has to be taken. This list is the whole of it: a choice that too few cases take fails a run, and so does one that is missing here.
 */
import type { Row, RunFacts } from "./coverage-row.js";
import { THREADED_TIMES } from "./forms/coded-frames-space.js";
import { operationRows } from "./forms/operations/index.js";
import { networkRows } from "./networks/coverage.js";
import { MIN_CASES } from "./plan.js";

const KERNELS = ["kernels"] as const;
const LOOPS = [] as const;
const REFERENCE = ["reference"] as const;
const THREADS = ["threads"] as const;
const THREADED_KERNELS = ["kernels", "threads"] as const;
const BUFFER = ["threads", "buffer"] as const;

function row(needs: Row["needs"], where: string, taken: readonly string[], least: number = MIN_CASES): Row {
  return { needs, where, taken, least };
}

const CUTS = [
  ...["all channels at once", "several chunks of channels"],
  ...["all outputs at once", "several chunks of outputs"],
];
const TILES = [
  "one tile",
  "tiles of whole rows",
  "tiles of parts of rows",
  "one plane",
  "planes of a stride",
];
const BLOCKS = ["one block", "blocks of whole rows", "blocks of parts of rows"];

const convolution: readonly Row[] = [
  row(KERNELS, "conv2d forward", ["depthwise", "winograd", "direct"]),
  row(LOOPS, "conv2d forward", ["loops"]),
  row(KERNELS, "conv2d image gradient", ["depthwise", "winograd", "direct"]),
  row(KERNELS, "conv2d image gradient", ["one plane", "several planes of a stride"]),
  row(KERNELS, "conv2d image gradient", ["no plane"]),
  row(LOOPS, "conv2d image gradient", ["loops"]),
  row(KERNELS, "conv2d weight gradient", ["depthwise", "winograd", "direct"]),
  row(KERNELS, "conv2d weight gradient", ["loops after a sum that is not finite"]),
  row(LOOPS, "conv2d weight gradient", ["loops"]),
  row(KERNELS, "conv2d weight gradient sums", ["one slice", "several slices"]),
  row(KERNELS, "conv2d slices", ["all at once", "samples", "parts of a sample"]),
  row(KERNELS, "conv2d on the kernel", ["yes", "pointwise", "not finite"]),
  row(LOOPS, "conv2d on the kernel", ["too small"]),
  row(REFERENCE, "conv2d on the kernel", ["not float32, or no kernel"]),
  row(KERNELS, "depthwise", TILES),
  row(KERNELS, "depthwise weight gradient", TILES),
  row(KERNELS, "direct", [...CUTS, ...TILES, "weights read", "weights kept"]),
  row(KERNELS, "direct", ["reads whole planes", "writes whole planes"]),
  row(KERNELS, "direct weight gradient", [...CUTS, ...TILES]),
  row(KERNELS, "grid", ["reads rows at once", "reads line by line", "reads every few pixels"]),
  row(KERNELS, "grid", ["writes rows at once", "writes line by line", "writes every few pixels"]),
  row(KERNELS, "winograd", ["all outputs at once", "several chunks of outputs", ...BLOCKS]),
  row(KERNELS, "winograd", ["weights by outputs", "weights by channels", "weights kept"]),
  row(KERNELS, "winograd", [
    "window of whole rows",
    "window of parts of rows",
    "window outside of the image",
  ]),
  row(KERNELS, "winograd", ["block of a wide range", "block with a result that is not finite"]),
  row(KERNELS, "winograd", ["blocks done by the direct way"]),
  // Kernel memory has to grow while a convolution by this way runs: when blocks that take the direct way want more than
  // anything has wanted since the program began. It never shrinks, so that happens once or twice in a run, whatever the
  // cases, and in none whose first cases were larger. kernels/convolution/winograd.test.ts grows it in between.
  row(KERNELS, "winograd", ["lays memory out again"], 0),
  row(KERNELS, "winograd weight gradient", [...CUTS, ...BLOCKS, "one sum", "several sums"]),
  row(KERNELS, "winograd weight gradient", ["blocks done by the direct way"]),
];

const products: readonly Row[] = [
  row(KERNELS, "product", ["wasm"]),
  row(LOOPS, "product", ["reference"]),
  row(KERNELS, "product sums", ["float32"]),
  row(LOOPS, "product sums", ["float64"]),
  row(KERNELS, "product kernel", ["one tile of rows", "several tiles of rows"]),
  row(KERNELS, "product kernel", ["one tile of columns", "several tiles of columns"]),
  row(KERNELS, "product kernel", ["one tile of the sum", "several tiles of the sum"]),
  row(KERNELS, "product kernel", [
    "float32 result",
    "float64 result",
    "result of zeros",
    "result of numbers",
  ]),
  row(KERNELS, "products of small matrices", ["together"]),
  row(LOOPS, "products of small matrices", ["one by one"]),
  row(KERNELS, "sums of products", ["float32", "float64 beside float32"]),
];

const entries: readonly Row[] = [
  row(KERNELS, "function of entries", ["wasm"]),
  row(LOOPS, "function of entries", ["reference"]),
  row(KERNELS, "arithmetic of entries", ["wasm"]),
  row(LOOPS, "arithmetic of entries", ["reference"]),
  row(KERNELS, "power of entries", ["wasm"]),
  row(LOOPS, "power of entries", ["reference"]),
  row(KERNELS, "entries kernel", ["one chunk", "several chunks", "rows in loops"]),
  row(KERNELS, "entries kernel", ["numbers of its domain", "numbers beyond its domain"]),
  row(KERNELS, "kernel reads", ["a copy", "a copy, filled up", "in place"]),
  row(KERNELS, "kernel writes", ["a copy", "in place"]),
];

const runs: readonly Row[] = [
  row(KERNELS, "sum of a run", ["wasm"]),
  row(LOOPS, "sum of a run", ["loops"]),
  row(KERNELS, "extreme of a run", ["wasm"]),
  row(LOOPS, "extreme of a run", ["loops"]),
  row(KERNELS, "sums of lines", ["wasm"]),
  row(LOOPS, "sums of lines", ["loops"]),
  row(KERNELS, "extremes of lines", ["wasm"]),
  row(LOOPS, "extremes of lines", ["loops"]),
  row(KERNELS, "sums of columns", ["wasm"]),
  row(LOOPS, "sums of columns", ["loops"]),
  row(KERNELS, "rows of sums", ["a copy", "in place"]),
  // Only where results lie and rows are whole vectors.
  row(KERNELS, "sums of matrices", ["wasm"], 6),
  row(LOOPS, "sums of matrices", ["row by row"]),
  row(KERNELS, "softmax of lines", ["wasm", "wasm columns"]),
  row(LOOPS, "softmax of lines", ["reference"]),
  row(KERNELS, "softmax kernel", ["numbers of its domain", "numbers beyond its domain"]),
  row(KERNELS, "normalisation", ["wasm"]),
  row(LOOPS, "normalisation", ["reference"]),
  row(KERNELS, "gains of a normalisation", ["lines", "runs"]),
  row(LOOPS, "gains of a normalisation", ["operations"]),
  row(KERNELS, "lines kernel", ["longer than a chunk", "several in a chunk"]),
  row(KERNELS, "distances", ["wasm"]),
  row(LOOPS, "distances", ["reference"]),
  row(KERNELS, "runs kernel", ["one chunk", "several chunks"]),
];

const moves: readonly Row[] = [
  row(KERNELS, "resample", ["wasm"]),
  // One operation of three resizes, and of its cases those of larger planes.
  row(KERNELS, "resample", ["wasm nearest"], 8),
  row(LOOPS, "resample", ["loops"]),
  row(KERNELS, "border", ["wasm"]),
  row(LOOPS, "border", ["loops"]),
  row(KERNELS, "border kernel", ["one chunk"]),
  // Some cases in a hundred are so large; kernels/borders has those that are.
  row(KERNELS, "border kernel", ["several chunks"], 0),
  row(KERNELS, "transpose", ["wasm"]),
  row(LOOPS, "transpose", ["tiles"]),
  row(KERNELS, "transpose kernel", ["one part", "several parts"]),
];

const pixelNetworks: readonly Row[] = [
  ...["forward", "backward", "loss"].flatMap((pass) => [
    row(KERNELS, `pixel network ${pass}`, ["fused", "stack"]),
    row(LOOPS, `pixel network ${pass}`, ["reference"]),
  ]),
  row(LOOPS, "pixel network loss passes", ["one", "forward and backward"]),
  row(LOOPS, "pixel network sums", ["one slice", "several slices"]),
  row(THREADS, "pixel network jobs", ["one", "several"]),
  row(KERNELS, "fused kernel", ["one chunk", "several chunks"]),
  row(KERNELS, "fused kernel", ["fetches nothing ahead", "fetches ahead"]),
  row(KERNELS, "fused kernel", ["refuses other channels", "refuses other activations", "refuses float64"]),
  row(KERNELS, "fused kernel", ["refuses weights that are not finite"]),
  row(KERNELS, "layer stack", ["one chunk", "several chunks", "one tile", "several tiles"]),
  row(KERNELS, "layer stack", ["sums by inputs", "sums by outputs", "tanh"]),
  row(KERNELS, "layer stack", ["refuses so many layers", "refuses a layer", "refuses float64 planes"]),
  row(KERNELS, "layer stack", ["refuses weights that may overflow"]),
  row(KERNELS, "pixels", ["wasm"]),
  row(LOOPS, "pixels", ["reference"]),
  row(KERNELS, "pixels on a kernel", ["8 bits", "16 bits", "floats", "one chunk", "several chunks"]),
  row(KERNELS, "pixels on a kernel", ["blended", "not blended", "dithered", "not dithered"]),
  row(KERNELS, "pixels in planes", ["wasm"]),
  row(LOOPS, "pixels in planes", ["reference"]),
  row(KERNELS, "coded frames", ["wasm"]),
  row(LOOPS, "coded frames", ["reference"]),
  row(KERNELS, "coded frames on a kernel", ["8 bits in", "16 bits in", "8 bits out", "16 bits out"]),
  row(
    KERNELS,
    "coded frames on a kernel",
    ["0,0", "1,0", "0,1", "1,1"].flatMap((chroma) => [`chroma ${chroma} in`, `chroma ${chroma} out`]),
  ),
  row(KERNELS, "coded frames on a kernel", ["blended", "not blended"]),
];

const luts: readonly Row[] = [
  row(KERNELS, "lut", ["wasm"]),
  row(LOOPS, "lut", ["reference"]),
  row(KERNELS, "lut kernel", ["eight bits", "exact, 8 bits", "exact, 16 bits", "floats"]),
  row(KERNELS, "lut kernel", ["tetrahedral", "trilinear", "planar", "interleaved"]),
  row(KERNELS, "lut kernel", ["one chunk", "several chunks"]),
  row(LOOPS, "lut kernel", ["refuses these pixels", "refuses curves alone", "refuses an identity"]),
  row(LOOPS, "lut kernel", ["refuses curves before a lattice"]),
  row(KERNELS, "lut kernel", ["refuses curves before such colours", "refuses a domain"]),
  row(LOOPS, "lut kernel", ["refuses so large a lattice"]),
];

const threads: readonly Row[] = [
  row(THREADS, "threads", ["one slice", "too few operations", "arrays of other memory"]),
  row(THREADS, "threads", ["pixelNetworkForward", "pixelNetworkBackward", "pixelNetworkLoss"]),
  row(THREADS, "threads", ["applyPixelNetwork", "applyPixelNetworkToPlanes", "pixels through shared memory"]),
  row(THREADS, "threads", ["applyPixelNetworkToYCbCr"], THREADED_TIMES),
  row(THREADED_KERNELS, "threads", ["product", "convolve"]),
  row(THREADED_KERNELS, "threads", ["convolveImageGradient", "convolveWeightGradient"]),
  row(KERNELS, "copy", ["set"]),
  row(BUFFER, "copy", ["Buffer"]),
];

const operations = row(
  LOOPS,
  "operation",
  operationRows.map(({ name }) => name),
);

const kernels = [
  ...convolution,
  ...products,
  ...entries,
  ...runs,
  ...moves,
  ...pixelNetworks,
  ...luts,
  ...threads,
  operations,
];

const rows: readonly Row[] = [
  ...kernels.map((one) => ({ ...one, needs: [...one.needs, "kernelForms" as const] })),
  ...networkRows,
];

/**
 * What is wrong with how often choices were taken: `winograd: one sum was taken by 3 cases, not by 20`.
 *
 * @param taken the number of cases that took each, as `conv2d forward: winograd`.
 */
export function starvedChoices(taken: Readonly<Record<string, number>>, facts: RunFacts): string[] {
  const starved: string[] = [];
  const known = new Set<string>();
  for (const { where, taken: names, needs, least } of rows) {
    const canBe = needs.every((need) => facts[need]);
    for (const name of names) {
      const choice = `${where}: ${name}`;
      known.add(choice);
      const count = taken[choice] ?? 0;
      if (canBe && count < least) starved.push(`${choice} was taken by ${count} cases, not by ${least}`);
    }
  }
  for (const choice of Object.keys(taken)) {
    if (!known.has(choice)) starved.push(`${choice} is not in conformance/src/choices.ts`);
  }
  return starved;
}
